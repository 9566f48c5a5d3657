import type { HistoryEntry, LoopInspection } from 'nudgeloop';
import { SHOWN_ENTRIES, type LoopView } from '../loop/session.ts';
import { labelOf, METRICS } from '../metrics.ts';
import { element, fact, findText, setText, syncList } from '../ui/dom.ts';
import { formatDay, formatInstant, formatNumber, formatValue } from '../ui/format.ts';

const OWN_COLUMNS: ReadonlySet<string> = new Set([...METRICS.map(({ name }) => name), 'timestamp']);

/** Shows the newest retained actions and the baselines. */
export function showHistory({ inspection, history }: LoopView): void {
  const { count } = inspection.loop.history;
  setText(findText('history-count'), formatNumber(count));
  setText(findText('history-caption'), captionOf(inspection.loop));
  const heads = ['No.', 'Day', ...METRICS.map(({ label }) => label), 'Other fields'];
  syncList(findText('history-head'), heads, (head) => head, (head) => element('th', { scope: 'col' }, head));
  // The whole entry is the key: after an erasure, `seq` starts again.
  syncList(findText('history-rows'), [...history].reverse(), (entry) => JSON.stringify(entry), row);
  // Without rows, don't show headings.
  findText('history-head').hidden = history.length === 0;
  const baselines = Object.entries(inspection.loop.baselines);
  findText('baselines-box').hidden = baselines.length === 0;
  syncList(findText('baselines'), baselines, String, ([metric, value]) =>
    fact(labelOf(metric), formatNumber(value), `baseline-${metric}`),
  );
}

function captionOf({ history: { count }, pending, deadLetters }: LoopInspection): string {
  if (count === 0) return pending.count + deadLetters.count > 0 ? 'An action joins the history once the strategy has judged it.' : 'Nothing is recorded yet.';
  return count > SHOWN_ENTRIES ? `The newest ${SHOWN_ENTRIES} of ${formatNumber(count)} actions, newest first. Numbers start at 0.` : 'Newest first. Numbers start at 0.';
}

function row({ seq, at, action }: HistoryEntry): HTMLElement {
  const others = Object.entries(action).filter(([field]) => !OWN_COLUMNS.has(field));
  return element(
    'tr',
    { 'data-testid': 'history-row' },
    element('td', {}, formatNumber(seq)),
    element('th', { scope: 'row' }, element('time', { datetime: new Date(at).toISOString(), title: formatInstant(at) }, formatDay(at))),
    ...METRICS.map(({ name }) => element('td', { 'data-metric': name }, metricText(action[name]))),
    element('td', { class: 'text' }, others.map(([field, value]) => `${field}: ${formatValue(value)}`).join(', ')),
  );
}

/** Text in a metric's place does not count, so it must not look like a number. */
function metricText(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : formatValue(value);
}
