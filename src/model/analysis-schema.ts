import * as z from 'zod/mini';
import { lazily } from './lazily.ts';

/** Schema of what the loop knows about one numeric goal. */
export const metricAnalysisSchema = lazily(() =>
  z.object({
    goal: z.number(),
    current: z.number(),
    gap: z.number(),
    baseline: z.nullable(z.number()),
    trend: z.enum(['toward_goal', 'away_from_goal', 'stable']),
    progressRatio: z.nullable(z.number()),
  }),
);

/**
 * How one metric relates to its goal.
 *
 * - `gap` is goal minus current, in the metric's own unit.
 * - `baseline` is the value in the oldest retained action that has one; null if none has.
 * - `trend` compares the two newest actions.
 * - `progressRatio` is the share of the way from baseline to goal, from 0 to 1.
 */
export type MetricAnalysis = z.infer<ReturnType<typeof metricAnalysisSchema>>;

/** Schema of an analysis. */
export const analysisSchema = lazily(() => z.record(z.string(), metricAnalysisSchema()));

/** An analysis of a loop without shapes. */
export type AnyAnalysis = z.infer<ReturnType<typeof analysisSchema>>;
