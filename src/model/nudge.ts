import type { Action } from './action.ts';
import type { GoalState } from './goal.ts';
import type { JsonValue } from './plain-data.ts';
import type { AnyShapes, Flat, IfAny, Kept, LoopShapes, Metrics, Moved } from './shapes.ts';

/**
 * How one metric relates to its goal.
 *
 * - `gap` is goal minus current, in the metric's own unit.
 * - `baseline` is the value in the oldest retained action that has one; null if none has.
 * - `trend` compares the two newest actions.
 * - `progressRatio` is the share of the way from baseline to goal, from 0 to 1.
 */
export type MetricAnalysis = {
  goal: number;
  current: number;
  gap: number;
  baseline: number | null;
  trend: 'toward_goal' | 'away_from_goal' | 'stable';
  progressRatio: number | null;
};

/**
 * One `MetricAnalysis` for each numeric goal that the newest action has a value for. With shapes, its fields are the
 * metrics of the declared goal.
 */
export type Analysis<Shapes extends LoopShapes = AnyShapes> = IfAny<
  Shapes['goal'],
  Record<string, MetricAnalysis>,
  { [Metric in keyof Metrics<Shapes['goal']>]?: MetricAnalysis }
>;

/** What a strategy suggests, by the shapes. */
type Suggested<Shapes extends LoopShapes> = Shapes extends { readonly suggestion: infer Own extends object }
  ? IfAny<Own, Record<string, JsonValue>, Kept<Own>>
  : Moved<Action<Shapes>, Shapes['goal']>;

/** What is attached to each suggestion. */
type Feedback<Shapes extends LoopShapes> = { goalFeedback?: { analysis: Analysis<Shapes> } };

/**
 * A new action whose goal metrics the strategy moved toward the goal. `goalFeedback.analysis` tells from where: it
 * describes the newest action before this one.
 *
 * - A metric that this earlier action lacks is missing in the analysis; the built-in strategies count it as 0.
 * - `goalFeedback` is absent if that action has none of the goal's metrics, or if the history is empty.
 * - The name is reserved: do not use it for a field of an action. What an action has there, the built-in strategies carry
 *   along like any field. So before you record a suggestion, remove its `goalFeedback`.
 *
 * Without shapes, a record of JSON values. With shapes, what they declare as `suggestion`; if they declare none, what
 * the built-in strategies suggest, which is the action with the metrics of the goal as numbers. A nudge that waits may
 * have been made by an older version of your app.
 */
export type Suggestion<Shapes extends LoopShapes = AnyShapes> = IfAny<
  Shapes,
  Record<string, JsonValue> & { goalFeedback?: { analysis: Record<string, MetricAnalysis> } | undefined },
  Flat<Suggested<Shapes> & Feedback<Shapes>>
>;

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
export type Nudge<Shapes extends LoopShapes = AnyShapes> = {
  id: string;
  seq: number;
  loop: string;
  cause: 'actions' | 'goal';
  createdAt: number;
  goalState: GoalState<Shapes>;
  suggestions: Suggestion<Shapes>[];
  analysis: Analysis<Shapes>;
};
