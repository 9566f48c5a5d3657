import type { Backoff, DeadLetter, Inspection, NudgeloopClient, PendingEntry } from 'nudgeloop';
import { describeSettings } from '../loop/loop-choice.ts';
import type { LoopView } from '../loop/session.ts';
import { confirmed } from '../ui/confirm.ts';
import { element, fact, find, findText, keepFocus, setText, syncList } from '../ui/dom.ts';
import { fieldsOf } from '../ui/fields.ts';
import { count, formatNumber, formatTime } from '../ui/format.ts';
import { attempt } from '../ui/problem.ts';

/** The most dead letters in one list. */
const ALL = 10_000;

/** How many actions of a call to show in full. */
const SHOWN_ACTIONS = 3;

/**
 * Shows who does the work, what waits, and what failed.
 *
 * @param refresh reads the loop again: a poke without work brings no event, but may have started the worker
 */
export function createWorkerView(client: () => NudgeloopClient, refresh: () => void): (view: LoopView) => void {
  const problem = findText('worker-problem');
  const status = findText('poke-status');

  find('poke', HTMLButtonElement).addEventListener('click', () => {
    setText(status, '');
    void attempt(problem, async () => {
      const { processed, nextAt } = await client().poke();
      const next = nextAt === null ? 'No work is scheduled' : `The next work is due at ${formatTime(nextAt)}`;
      setText(status, `${formatTime(Date.now())}: ${processed === 0 ? 'nothing was due' : `${count(processed, 'action')} processed`}. ${next}.`);
      refresh();
    });
  });

  const onAll = (name: string, run: (letters: readonly DeadLetter[]) => Promise<unknown>): void => {
    const all = async (): Promise<unknown> => run(await client().deadLetters.list({ limit: ALL }));
    find(name, HTMLButtonElement).addEventListener('click', () => void attempt(problem, all));
  };
  onAll('retry-all', (letters) => client().deadLetters.retry(letters));
  onAll('discard-all', async (letters) => {
    const question = `Discard ${count(letters.length, 'dead letter')} of this loop? Their actions are removed for good.`;
    if (await confirmed(question, 'Discard all')) await client().deadLetters.discard(letters);
  });

  const deadLetter = (letter: DeadLetter): HTMLElement => {
    const act = (label: string, run: () => Promise<unknown>): HTMLElement => {
      const button = element('button', { type: 'button', 'aria-label': `${label} no. ${letter.seq}` }, label);
      button.addEventListener('click', () => void attempt(problem, run));
      return button;
    };
    const { code, details } = letter.reason;
    return element(
      'li',
      { 'data-testid': 'dead-letter' },
      ...describe(letter, `set aside ${formatTime(letter.at)}`),
      element('p', {}, 'Reason: ', element('code', {}, code), ...(details === undefined ? [] : [' (', ...fieldsOf(details), ')'])),
      // The client at the time of the press: new settings may have brought another one.
      element('div', { class: 'buttons' }, act('Retry', () => client().deadLetters.retry(letter)), act('Discard', () => client().deadLetters.discard(letter))),
    );
  };

  return ({ inspection }) => {
    const { loop } = inspection;
    syncList(findText('worker-facts'), factsOf(inspection), JSON.stringify, ([name, value]) =>
      fact(name in NOTES ? `${name} (${NOTES[name]})` : name, typeof value === 'string' ? value : fieldsOf(value), `fact-${name.toLowerCase().replaceAll(' ', '-')}`),
    );
    setText(findText('pending-count'), formatNumber(loop.pending.count));
    syncList(findText('pending'), loop.pending.items, JSON.stringify, (entry) => element('li', {}, ...describe(entry, `waiting since ${formatTime(entry.at)}`, ...describeNext(entry))));
    setText(findText('pending-hint'), shownHint('next', loop.pending));
    setText(findText('outbox-count'), formatNumber(loop.outbox.count));
    setText(findText('outbox-hint'), `Nudges that nobody has acknowledged yet. ${formatNumber(loop.outbox.dropped)} ${loop.outbox.dropped === 1 ? 'was' : 'were'} dropped to make room for newer ones.`);
    const { count: letters, items } = loop.deadLetters;
    setText(findText('dead-letter-count'), formatNumber(letters));
    // An inspection has the newest ones. When these are dealt with, here or all at once, older ones follow.
    setText(findText('dead-letter-hint'), shownHint('newest', loop.deadLetters));
    keepFocus(findText('dead-letter-box'), findText('dead-letter-title'), () => {
      findText('dead-letter-buttons').hidden = letters === 0;
      syncList(findText('dead-letters'), items, JSON.stringify, deadLetter);
    });
  };
}

/** What the names mean that only somebody who knows the SDK understands. */
const NOTES: Readonly<Record<string, string>> = {
  'Boot id': 'new at each start of the worker',
  Epoch: 'one life of the database; a new one begins empty',
  Protocol: 'the version in which page and worker talk',
  Revision: 'changes of this loop so far',
  Backoff: 'the pause after failures',
};

/** Where the loop runs; in the page, also why, and what to do about it. */
function hostOf({ client, host, log }: Inspection): string {
  if (host.host === 'service-worker') return 'service worker';
  const advice = log.page.find(({ code }) => code === 'worker.fallback')?.fields?.['advice'];
  return `this page (${client.fallbackReason ?? 'chosen'})${advice === undefined ? '' : `: ${String(advice)}`}`;
}

/** What there is to know; a record is told field by field. */
function factsOf(inspection: Inspection): readonly (readonly [name: string, value: string | Readonly<Record<string, unknown>>])[] {
  const { client, host, loop } = inspection;
  return [
    ['Host', hostOf(inspection)],
    ['Boot id', host.boot],
    ['Epoch', host.epoch],
    ['Durable', host.durable ? 'yes' : 'no: nothing survives a restart'],
    ['Protocol', String(host.protocol)],
    ['Build', `${host.build ?? 'unknown'}${client.workerStale ? ': older than this page; copy or build the worker again' : ''}`],
    ['Loop', loop.loop],
    ['Revision', formatNumber(loop.revision)],
    ['Actions ever in the history', formatNumber(loop.history.nextSeq)],
    ['Size', `about ${formatNumber(loop.bytes)} bytes`],
    ['Goal', loop.goalState ?? 'none'],
    ['Backoff', describeBackoff(loop.backoff)],
    ['Settings', describeSettings(loop.settings)],
  ];
}

function describeBackoff(backoff: Backoff | null): string {
  return backoff === null ? 'none' : `${count(backoff.failures, 'failure')} in a row, waits until ${formatTime(backoff.until)}`;
}

/** When it is tried next; a worker of an earlier build does not say. */
function describeNext({ nextAt }: PendingEntry): readonly string[] {
  if (nextAt === undefined) return [];
  return [nextAt === null ? 'due now' : `not again before ${formatTime(nextAt)}`];
}

function describe({ seq, actions, attempts }: Pick<PendingEntry, 'seq' | 'actions' | 'attempts'>, since: string, ...more: readonly string[]): readonly HTMLElement[] {
  const shown = actions.slice(0, SHOWN_ACTIONS).flatMap((action, index) => [index === 0 ? '' : '; ', ...fieldsOf(action)]);
  const rest = actions.length > SHOWN_ACTIONS ? '; …' : '';
  const parts = [`No. ${seq}`, count(actions.length, 'action'), since, `tried ${count(attempts, 'time')}`, ...more];
  return [element('p', {}, parts.join(' · ')), element('p', { class: 'values' }, ...shown, rest)];
}

/** Tells that only some of many are shown. */
function shownHint(which: string, { count: all, items }: { readonly count: number; readonly items: readonly unknown[] }): string {
  return all > items.length ? `The ${which} ${items.length} are shown.` : '';
}
