import type { LoopInspection, MetricAnalysis } from 'nudgeloop';
import type { LoopView } from '../loop/session.ts';
import { labelOf, numericGoals } from '../metrics.ts';
import { element, fact, findText, setText, syncList } from '../ui/dom.ts';
import { fieldOf } from '../ui/field-of.ts';
import { formatMetric, formatNumber } from '../ui/format.ts';

const TRENDS: Readonly<Record<MetricAnalysis['trend'], string>> = {
  toward_goal: 'toward the goal',
  away_from_goal: 'away from the goal',
  stable: 'stable',
};

interface Gap {
  readonly metric: string;
  /** Undefined if the judged action has no value for the metric. */
  readonly analysis: MetricAnalysis | undefined;
  /** The newest recorded value, which may not be judged yet. */
  readonly newest: unknown;
}

/** Shows how far each metric is from its goal. */
export function showGaps({ inspection, newest }: LoopView): void {
  const { loop } = inspection;
  const why = whyNone(loop);
  const metrics = why === '' ? numericGoals(loop.goalState) : [];
  const gaps = metrics.map((metric): Gap => ({ metric, analysis: fieldOf(loop.lastAnalysis, metric), newest: fieldOf(newest?.action, metric) }));
  syncList(findText('gaps'), gaps, (gap) => JSON.stringify(gap), card);
  setText(findText('gaps-empty'), why);
  findText('gaps-empty').hidden = why === '';
}

function whyNone({ goalState, lastAnalysis, history, pending, deadLetters }: LoopInspection): string {
  if (numericGoals(goalState).length === 0) {
    return `No goal is set, so there is no gap to show. ${goalState === null ? 'Press Play, or set a goal' : 'Set a goal for a metric'}.`;
  }
  if (Object.keys(lastAnalysis).length > 0 || history.nextSeq > 1) return '';
  if (history.nextSeq === 0 && pending.count + deadLetters.count > 0) return 'What is recorded waits for a strategy that works. The gaps appear with the second action that it judged.';
  return history.nextSeq === 0 ? 'Nothing is recorded yet. The gaps appear with the second action.' : 'The gaps appear with the next action.';
}

function card({ metric, analysis, newest }: Gap): HTMLElement {
  const title = element('h3', {}, labelOf(metric));
  if (analysis === undefined) {
    return element(
      'li',
      { 'data-testid': 'gap-unknown', 'data-metric': metric },
      title,
      element('p', { class: 'hint' }, 'The action that was compared has no value for this metric.'),
      element('dl', { class: 'facts' }, fact('Newest', formatMetric(newest), 'gap-newest')),
    );
  }
  const { goal, current, gap, baseline, trend, progressRatio } = analysis;
  return element(
    'li',
    { 'data-testid': 'gap', 'data-metric': metric },
    title,
    element('p', { class: 'distance' }, distance(gap)),
    progressRatio === null ? element('p', { class: 'hint' }, 'There is no baseline to measure progress from.') : progress(labelOf(metric), progressRatio),
    element(
      'dl',
      { class: 'facts' },
      fact('Goal', formatNumber(goal), 'gap-goal'),
      fact('Current', formatNumber(current), 'gap-current'),
      fact('Gap', formatNumber(gap), 'gap-gap'),
      fact('Baseline', baseline === null ? 'none' : formatNumber(baseline), 'gap-baseline'),
      fact('Trend', TRENDS[trend], 'gap-trend'),
      fact('Newest', formatMetric(newest), 'gap-newest'),
    ),
  );
}

function progress(label: string, ratio: number): HTMLElement {
  return element(
    'div',
    { class: 'progress' },
    element('progress', { max: '1', value: String(ratio), 'aria-label': `${label}: progress from baseline to goal`, 'data-testid': 'gap-progress' }),
    element('span', {}, `${percentOf(ratio)} % of the way from baseline to goal`),
  );
}

/** What is not there yet is not rounded to 100. */
function percentOf(ratio: number): string {
  return formatNumber(ratio < 1 ? Math.min(Math.round(ratio * 100), 99) : 100);
}

function distance(gap: number): string {
  if (gap === 0) return 'Exactly at the goal';
  return `${formatNumber(Math.abs(gap))} ${gap > 0 ? 'below' : 'above'} the goal`;
}
