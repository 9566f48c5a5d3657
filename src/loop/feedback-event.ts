import type { GoalInput } from '../model/goal.ts';
import type { ActionInput } from '../model/action.ts';
import type { Nudge } from '../model/nudge.ts';
import type { CallId } from './commit/receipts.ts';

/** What a `GoalFeedbackWorker` takes from a bus. */
export type IncomingFeedbackEvent =
  /** Something was done. `id`, `{ client, seq }`, makes a resend harmless. */
  | { readonly type: 'actions'; readonly actions: ActionInput | readonly ActionInput[]; readonly id?: CallId }
  /** Something else is aimed at. */
  | { readonly type: 'goal'; readonly goalState: GoalInput };

/** What a `GoalFeedbackWorker` puts on a bus, always after it is stored. */
export type OutgoingFeedbackEvent =
  /** There is advice. */
  | { readonly type: 'nudge'; readonly nudge: Nudge }
  /** The loop was changed; its outbox ends at `outbox`. */
  | { readonly type: 'changed'; readonly loop: string; readonly revision: number; readonly outbox: number };

/** Everything on a feedback bus. */
export type FeedbackEvent = IncomingFeedbackEvent | OutgoingFeedbackEvent;
