import type { Action } from '../../model/action.ts';
import type { GoalState } from '../../model/goal.ts';
import type { Analysis, MetricAnalysis } from '../../model/nudge.ts';
import { metricOf, numericGoals } from '../../model/numeric.ts';

/**
 * How the newest action relates to the goal, as the original loop computed it. Goals without a value in the newest
 * action are left out. The trend compares it with the action before.
 *
 * @param history oldest first; only the last two are read
 * @param baselines per metric, the value in the oldest retained action
 * @param goalState the goal; null if there is none
 */
export function analyse(
  history: readonly Action[],
  baselines: Readonly<Record<string, number>>,
  goalState: GoalState | null,
): Analysis {
  const newest = history.at(-1);
  const previous = history.at(-2);
  const analysis: Analysis = {};
  for (const [metric, goal] of numericGoals(goalState)) {
    const current = metricOf(newest?.[metric]);
    if (current === undefined) continue;
    const baseline = Object.hasOwn(baselines, metric) ? baselines[metric]! : null;
    analysis[metric] = {
      goal,
      current,
      gap: goal - current,
      baseline,
      trend: trendOf(metricOf(previous?.[metric]), current, goal),
      progressRatio: baseline === null ? null : progressOf(baseline, current, goal),
    };
  }
  return analysis;
}

/** Seen from the previous value: moving on from a goal that was reached exactly counts as toward it. */
function trendOf(previous: number | undefined, current: number, goal: number): MetricAnalysis['trend'] {
  if (previous === undefined || previous === current) return 'stable';
  return (current - previous) * Math.sign(goal - previous) >= 0 ? 'toward_goal' : 'away_from_goal';
}

function progressOf(baseline: number, current: number, goal: number): number {
  if (goal === baseline) return current === goal ? 1 : 0;
  return Math.max(0, Math.min(1, (current - baseline) / (goal - baseline)));
}
