import type { GoalInput } from '../model/goal.ts';
import type { ActionInput } from '../model/action.ts';
import type { Nudge } from '../model/nudge.ts';
import type { CallId } from './commit/receipts.ts';

/** The events that a `GoalFeedbackWorker` takes from a bus. */
export type IncomingFeedbackEvent =
  /** New actions. An `id`, `{ client, seq }`, makes a resend harmless. */
  | { readonly type: 'actions'; readonly actions: ActionInput | readonly ActionInput[]; readonly id?: CallId }
  /** A new goal. */
  | { readonly type: 'goal'; readonly goalState: GoalInput };

/** The events that a `GoalFeedbackWorker` puts on a bus, always after they are stored. */
export type OutgoingFeedbackEvent =
  /** A new nudge. */
  | { readonly type: 'nudge'; readonly nudge: Nudge }
  /** The loop changed; its outbox ends at `outbox`. */
  | { readonly type: 'changed'; readonly loop: string; readonly revision: number; readonly outbox: number };

/** All events on a feedback bus. */
export type FeedbackEvent = IncomingFeedbackEvent | OutgoingFeedbackEvent;
