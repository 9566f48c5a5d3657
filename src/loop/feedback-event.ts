import type { GoalInput } from '../model/goal.ts';
import type { ActionInput } from '../model/action.ts';
import type { Nudge } from '../model/nudge.ts';
import type { AnyShapes, LoopShapes } from '../model/shapes.ts';
import type { CallId } from './commit/receipts.ts';

/** The events that a `GoalFeedbackWorker` takes from a bus. */
export type IncomingFeedbackEvent<Shapes extends LoopShapes = AnyShapes> =
  /** New actions. An `id`, `{ client, seq }`, makes a resend harmless. */
  | { readonly type: 'actions'; readonly actions: ActionInput<Shapes> | readonly ActionInput<Shapes>[]; readonly id?: CallId }
  /** A new goal. */
  | { readonly type: 'goal'; readonly goalState: GoalInput<Shapes> };

/** The events that a `GoalFeedbackWorker` puts on a bus, always after they are stored. */
export type OutgoingFeedbackEvent<Shapes extends LoopShapes = AnyShapes> =
  /** A new nudge. */
  | { readonly type: 'nudge'; readonly nudge: Nudge<Shapes> }
  /** The loop changed; its outbox ends at `outbox`. */
  | { readonly type: 'changed'; readonly loop: string; readonly revision: number; readonly outbox: number };

/** All events on a feedback bus. */
export type FeedbackEvent<Shapes extends LoopShapes = AnyShapes> = IncomingFeedbackEvent<Shapes> | OutgoingFeedbackEvent<Shapes>;
