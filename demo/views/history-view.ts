import type { HistoryEntry, LoopInspection } from 'nudgeloop';
import { PAGE, type LoopView } from '../loop/session.ts';
import { labelOf, METRICS } from '../metrics.ts';
import { element, fact, find, findText, setText, syncList } from '../ui/dom.ts';
import { fieldsOf } from '../ui/fields.ts';
import { formatClock, formatDay, formatInstant, formatMetric, formatNumber } from '../ui/format.ts';

const OWN_COLUMNS: ReadonlySet<string> = new Set([...METRICS.map(({ name }) => name), 'timestamp']);

/**
 * Shows the retained actions, a page at a time, and the baselines.
 *
 * @param turnTo shows the actions before a `seq`; without one, the newest
 */
export function createHistoryView(turnTo: (before?: number) => void): (view: LoopView) => void {
  const region = findText('history-region');
  const caption = findText('history-caption');
  const turner = (testId: string): ((isEnabled: boolean, before?: number) => void) => {
    const button = find(testId, HTMLButtonElement);
    button.addEventListener('click', () => {
      if (button.getAttribute('aria-disabled') === 'true') return;
      turnTo(button.value === '' ? undefined : Number(button.value));
      region.scrollTop = 0;
    });
    return (isEnabled, before) => {
      // Not `disabled`: that would take the focus from the user who just pressed it.
      button.setAttribute('aria-disabled', String(!isEnabled));
      button.value = String(before ?? '');
    };
  };
  const [newest, newer, older] = [turner('history-newest'), turner('history-newer'), turner('history-older')];

  return ({ inspection, history: { entries, before, hasOlder } }) => {
    const { count, nextSeq } = inspection.loop.history;
    // What was there is gone: numbers may have begun anew.
    if (before !== undefined && (entries.length === 0 || before >= nextSeq)) return turnTo();
    const [first, last] = [entries.at(0)?.seq ?? 0, entries.at(-1)?.seq ?? 0];
    const isOld = before !== undefined;
    const above = last + 1 + PAGE;
    newest(isOld);
    newer(isOld, above < nextSeq ? above : undefined);
    older(hasOlder, first);
    findText('history-pages').hidden = !isOld && !hasOlder;

    setText(findText('history-count'), formatNumber(count));
    // The newest page changes with each action, and would be read out each time.
    caption.setAttribute('aria-live', isOld ? 'polite' : 'off');
    setText(caption, isOld || hasOlder ? `No. ${formatNumber(last)} to ${formatNumber(first)} of ${formatNumber(count)} actions, newest first. Numbers start at 0.` : captionOf(inspection.loop));
    const heads = ['No.', 'Day and time', ...METRICS.map(({ label }) => label), 'Other fields'];
    syncList(findText('history-head'), heads, (head) => head, (head) => element('th', { scope: 'col' }, head));
    // The whole entry is the key: after an erasure, `seq` starts again.
    syncList(findText('history-rows'), [...entries].reverse(), (entry) => JSON.stringify(entry), row);
    // Without rows, show no headings, and don't stop the Tab key.
    findText('history-head').hidden = entries.length === 0;
    region.tabIndex = entries.length === 0 ? -1 : 0;
    const baselines = Object.entries(inspection.loop.baselines);
    findText('baselines-box').hidden = baselines.length === 0;
    syncList(findText('baselines'), baselines, String, ([metric, value]) =>
      fact(labelOf(metric), formatNumber(value), `baseline-${metric}`),
    );
  };
}

function captionOf({ history: { count }, pending, deadLetters }: LoopInspection): string {
  if (count > 0) return 'Newest first. Numbers start at 0.';
  return pending.count + deadLetters.count > 0 ? 'An action joins the history once the strategy has judged it.' : 'Nothing is recorded yet.';
}

function row({ seq, at, action }: HistoryEntry): HTMLElement {
  const others = Object.entries(action).filter(([field]) => !OWN_COLUMNS.has(field));
  const time = element('time', { datetime: new Date(at).toISOString(), title: formatInstant(at) }, element('span', {}, formatDay(at)), ' ', element('span', {}, formatClock(at)));
  return element(
    'tr',
    { 'data-testid': 'history-row' },
    element('td', {}, formatNumber(seq)),
    element('th', { scope: 'row' }, time),
    ...METRICS.map(({ name }) => element('td', { 'data-metric': name }, formatMetric(action[name]))),
    element('td', { class: 'text' }, ...fieldsOf(Object.fromEntries(others), ': ')),
  );
}
