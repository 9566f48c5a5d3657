import * as z from 'zod/mini';
import { actionSchema } from './action-schema.ts';
import { goalStateSchema } from './goal-schema.ts';

/** Schema of what the loop knows about one numeric goal. */
export const metricAnalysisSchema = z.object({
  goal: z.number(),
  current: z.number(),
  gap: z.number(),
  baseline: z.nullable(z.number()),
  trend: z.enum(['toward_goal', 'away_from_goal', 'stable']),
  progressRatio: z.nullable(z.number()),
});

/**
 * How one metric stands to its goal. `gap` is goal minus current, in the metric's own unit; `baseline` is the value in
 * the oldest retained action that has one (null if none has); `trend` compares the two newest actions;
 * `progressRatio` is the share of the way from baseline to goal, from 0 to 1.
 */
export type MetricAnalysis = z.infer<typeof metricAnalysisSchema>;

/** Schema of an analysis. */
export const analysisSchema = z.record(z.string(), metricAnalysisSchema);

/** One `MetricAnalysis` per numeric goal that the newest action speaks of. */
export type Analysis = z.infer<typeof analysisSchema>;

/** Schema of a suggestion. */
export const suggestionSchema = z.intersection(
  actionSchema,
  z.object({ goalFeedback: z.optional(z.object({ analysis: analysisSchema })) }),
);

/**
 * A new action whose goal metrics were moved toward the goal by the strategy; `goalFeedback.analysis` says from where.
 * It is absent while the history is empty.
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
  analysis: analysisSchema,
});

/**
 * What is delivered to the app. `id` is stable over every delivery, so that at-least-once can become once; `seq` is its
 * place in the loop's outbox; `cause` says whether new actions or a changed goal brought it; `createdAt` is in epoch
 * milliseconds.
 */
export type Nudge = z.infer<typeof nudgeSchema>;
