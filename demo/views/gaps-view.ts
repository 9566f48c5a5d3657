import type { MetricAnalysis } from 'nudgeloop';
import { element, findText, syncList } from '../dom.ts';
import { formatNumber, formatValue } from '../format.ts';
import { labelOf } from '../metrics.ts';
import type { LoopView } from '../session.ts';

const TRENDS: Readonly<Record<MetricAnalysis['trend'], string>> = {
  toward_goal: '↗ toward the goal',
  away_from_goal: '↘ away from the goal',
  stable: '→ stable',
};

interface Gap {
  readonly metric: string;
  readonly analysis: MetricAnalysis;
  /** The newest recorded value, which may not be judged yet. */
  readonly newest: unknown;
}

/** Shows how far each metric is from its goal. */
export function showGaps({ inspection, history }: LoopView): void {
  const newest = history.at(-1)?.action;
  const gaps = Object.entries(inspection.loop.lastAnalysis).map(([metric, analysis]): Gap => ({ metric, analysis, newest: newest?.[metric] }));
  syncList(findText('gaps'), gaps, (gap) => JSON.stringify(gap), card);
  findText('gaps-empty').hidden = gaps.length > 0;
}

function card({ metric, analysis, newest }: Gap): HTMLElement {
  const { goal, current, gap, baseline, trend, progressRatio } = analysis;
  const label = labelOf(metric);
  return element(
    'li',
    { 'data-testid': 'gap', 'data-metric': metric },
    element('h3', {}, label),
    element('p', { class: 'distance' }, distance(gap)),
    progressRatio === null
      ? element('p', { class: 'hint' }, 'No baseline to measure progress from.')
      : element(
          'div',
          { class: 'progress' },
          element('progress', { max: '1', value: String(progressRatio), 'aria-label': `${label}: the way from baseline to goal`, 'data-testid': 'gap-progress' }),
          element('span', {}, `${formatNumber(Math.round(progressRatio * 100))} % of the way from baseline to goal`),
        ),
    element(
      'dl',
      { class: 'facts' },
      fact('Goal', formatNumber(goal), 'gap-goal'),
      fact('Judged', formatNumber(current), 'gap-current'),
      fact('Gap', formatNumber(gap), 'gap-gap'),
      fact('Baseline', baseline === null ? 'none' : formatNumber(baseline), 'gap-baseline'),
      fact('Trend', TRENDS[trend], 'gap-trend'),
      fact('Newest recorded', formatValue(newest), 'gap-newest'),
    ),
  );
}

function distance(gap: number): string {
  if (gap === 0) return 'Exactly at the goal';
  return `${formatNumber(Math.abs(gap))} ${gap > 0 ? 'below' : 'above'} the goal`;
}

function fact(name: string, value: string, testId: string): HTMLElement {
  return element('div', {}, element('dt', {}, name), element('dd', { 'data-testid': testId }, value));
}
