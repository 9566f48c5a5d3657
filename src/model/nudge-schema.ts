import * as z from 'zod/mini';
import { actionSchema } from './action-schema.ts';
import { analysisSchema } from './analysis-schema.ts';
import { goalStateSchema } from './goal-schema.ts';

/** Schema of a suggestion. */
export const suggestionSchema = z.intersection(
  actionSchema,
  z.object({ goalFeedback: z.optional(z.object({ analysis: analysisSchema() })) }),
);

/**
 * A new action whose goal metrics the strategy moved toward the goal. `goalFeedback.analysis` tells from where: it
 * describes the newest action before this one.
 *
 * - A metric that this earlier action lacks is missing in the analysis; the built-in strategies count it as 0.
 * - `goalFeedback` is absent if that action has none of the goal's metrics, or if the history is empty.
 */
export type Suggestion = z.infer<typeof suggestionSchema>;

/** Schema of a nudge. */
export const nudgeSchema = z.object({
  id: z.string(),
  seq: z.number(),
  loop: z.string(),
  cause: z.enum(['actions', 'goal']),
  createdAt: z.number(),
  goalState: goalStateSchema,
  suggestions: z.array(suggestionSchema),
  analysis: analysisSchema(),
});

/**
 * Advice for the app.
 *
 * - `id` is the same at every delivery, so that at-least-once can become once.
 * - `seq` is its place in the loop's outbox.
 * - `cause` tells whether new actions or a changed goal led to it.
 * - `createdAt` is in epoch milliseconds.
 * - `suggestions`: with the built-in strategies, one for each action of the call. If they would exceed 8 million
 *   characters, only those of the newest actions.
 */
export type Nudge = z.infer<typeof nudgeSchema>;
