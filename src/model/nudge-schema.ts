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
 * A new action whose goal metrics were moved toward the goal by the strategy; `goalFeedback.analysis` says from where: from the newest
 * action before it. A metric that that one does not have is left out there, and the strategies that are built in take it for 0; where it has
 * none of the goal's metrics, or the history is empty, `goalFeedback` is absent.
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
 * What is delivered to the app. `id` is stable over every delivery, so that at-least-once can become once; `seq` is its
 * place in the loop's outbox; `cause` says whether new actions or a changed goal brought it; `createdAt` is in epoch
 * milliseconds. `suggestions` are one for each action of the call, with the strategies that are built in; where they would take more
 * than 8 million characters, those of the newest actions.
 */
export type Nudge = z.infer<typeof nudgeSchema>;
