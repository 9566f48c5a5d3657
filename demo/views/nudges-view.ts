import type { LoopInspection, Nudge } from 'nudgeloop';
import type { LoopView } from '../loop/session.ts';
import { labelOf, numericGoals } from '../metrics.ts';
import { element, find, findText, keepFocus, setText, syncList } from '../ui/dom.ts';
import { fieldOf } from '../ui/field-of.ts';
import { count, formatInstant, formatNumber, formatTime, formatValue } from '../ui/format.ts';
import { attempt } from '../ui/problem.ts';

/** How many nudges are on the screen. The count includes all. */
const SHOWN = 50;

/** Nudges within this time are announced together, in milliseconds: a screen reader can't keep up with 20 a second. */
const ANNOUNCE_AFTER = 1_500;

const CAUSES: Readonly<Record<Nudge['cause'], string>> = { actions: 'New actions', goal: 'Changed goal' };

/** The list of unacknowledged nudges. */
export interface NudgesView {
  show(view: LoopView): void;
  /** Forgets the nudges of the previous loop. */
  clear(): void;
  /** Announces a new nudge to screen readers. */
  announce(nudge: Nudge): void;
}

export function createNudgesView(acknowledge: (nudges: readonly Nudge[]) => Promise<unknown>): NudgesView {
  const list = findText('nudges');
  const all = find('acknowledge-all', HTMLButtonElement);
  const problem = findText('nudges-problem');
  const announcer = findText('nudge-announcer');
  const missing = findText('nudges-missing');
  let shown: readonly Nudge[] = [];
  let unannounced: Nudge[] = [];
  let without = '';
  let telling: ReturnType<typeof setTimeout> | undefined;

  /** Says what has no nudge, and has it announced once its numbers stand still: they change with each try. */
  const showMissing = (text: string): void => {
    if (text === without) return;
    without = text;
    setText(findText('nudges-missing-text'), text);
    missing.hidden = text === '';
    clearTimeout(telling);
    if (text !== '') telling = setTimeout(() => setText(announcer, text), ANNOUNCE_AFTER);
  };

  all.addEventListener('click', () => {
    if (shown.length > 0) void attempt(problem, () => acknowledge(shown));
  });

  const item = (nudge: Nudge): HTMLElement => {
    const button = element('button', { type: 'button', 'data-testid': 'acknowledge', 'aria-label': `Acknowledge nudge ${nudge.seq}` }, 'Acknowledge');
    button.addEventListener('click', () => void attempt(problem, () => acknowledge([nudge])));
    const { seq, cause, createdAt, suggestions } = nudge;
    return element(
      'li',
      { 'data-testid': 'nudge', 'data-seq': String(seq), 'data-cause': cause },
      element(
        'div',
        { class: 'title-row' },
        element(
          'p',
          {},
          element('strong', {}, CAUSES[cause]),
          ` · ${suggestions.length === 1 ? '' : `${count(suggestions.length, 'action')} · `}`,
          element('time', { datetime: new Date(createdAt).toISOString(), title: formatInstant(createdAt) }, formatTime(createdAt)),
          ` · no. ${seq}`,
        ),
        button,
      ),
      adviceTable(nudge),
    );
  };

  return {
    show({ nudges, inspection }) {
      shown = nudges;
      keepFocus(list, findText('nudges-title'), () => syncList(list, nudges.slice(-SHOWN).reverse(), ({ id }) => id, item));
      setText(findText('nudge-count'), formatNumber(inspection.loop.outbox.count));
      all.setAttribute('aria-disabled', String(nudges.length === 0));
      showMissing(missingOf(inspection.loop));
      setText(findText('nudges-hint'), hintOf(nudges.length, without === '', numericGoals(inspection.loop.goalState).length > 0));
    },
    clear() {
      shown = [];
      unannounced = [];
      setText(announcer, '');
      showMissing('');
      all.setAttribute('aria-disabled', 'true');
    },
    announce(nudge) {
      unannounced.push(nudge);
      if (unannounced.length > 1) return;
      // Otherwise the same words could not be announced again.
      setText(announcer, '');
      setTimeout(() => {
        const newest = unannounced.at(-1);
        if (newest !== undefined) setText(announcer, `${count(unannounced.length, 'nudge')} arrived. The newest suggests ${adviceText(newest)}.`);
        unannounced = [];
      }, ANNOUNCE_AFTER);
    },
  };
}

/** What was recorded and has no nudge. A strategy that never fails leaves nothing. */
function missingOf({ pending, deadLetters }: LoopInspection): string {
  const parts = [
    ...(pending.count > 0 ? [count(pending.count, 'pending call')] : []),
    ...(deadLetters.count > 0 ? [count(deadLetters.count, 'dead letter')] : []),
  ];
  return parts.length === 0 ? '' : `${parts.join(' and ')} without a nudge.`;
}

function hintOf(amount: number, isWell: boolean, hasGoal: boolean): string {
  if (amount === 0 && !isWell) return 'No nudges are waiting.';
  if (amount === 0) return hasGoal ? 'No nudges are waiting. New actions and another goal bring them.' : 'No nudges are waiting. Set a goal to get some.';
  return amount > SHOWN ? `The newest ${SHOWN} are shown.` : 'A nudge stays here until you acknowledge it, in any tab.';
}

/** For each metric of the goal: its value when judged, the suggestion and the goal. */
function adviceTable({ goalState, suggestions, analysis }: Nudge): HTMLElement {
  // All suggestions of a nudge have the same targets; they differ in what is carried along.
  const suggestion = suggestions.at(-1);
  const rows = Object.keys(goalState).map((metric) =>
    element(
      'tr',
      { 'data-metric': metric },
      element('th', { scope: 'row' }, labelOf(metric)),
      cell(fieldOf(analysis, metric)?.current, 'nudge-current'),
      cell(fieldOf(suggestion, metric), 'nudge-suggested'),
      cell(goalState[metric]),
    ),
  );
  const heads = ['Metric', 'Current', 'Suggested', 'Goal'].map((head) => element('th', { scope: 'col' }, head));
  return element('table', {}, element('thead', {}, element('tr', {}, ...heads)), element('tbody', {}, ...rows));
}

function cell(value: unknown, testId?: string): HTMLElement {
  return element('td', { class: typeof value === 'number' ? 'number' : undefined, 'data-testid': testId }, formatValue(value));
}

function adviceText({ goalState, suggestions }: Nudge): string {
  const suggestion = suggestions.at(-1);
  return Object.keys(goalState)
    .map((metric) => `${labelOf(metric)} ${formatValue(fieldOf(suggestion, metric))}`)
    .join(', ');
}
