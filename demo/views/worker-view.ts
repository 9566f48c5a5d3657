import type { Backoff, DeadLetter, Inspection, NudgeloopClient, PendingEntry } from 'nudgeloop';
import { element, find, findText, setText, syncList } from '../dom.ts';
import { count, formatTime, formatValue } from '../format.ts';
import { attempt } from '../problem.ts';
import type { LoopView } from '../session.ts';

/** As many dead letters as can be listed at once. */
const ALL = 10_000;

/**
 * Shows who does the work, what waits, and what failed.
 *
 * @param refresh reads the loop again; a poke that finds nothing to do brings no event, yet may have started the worker
 */
export function createWorkerView(client: () => NudgeloopClient, refresh: () => void): (view: LoopView) => void {
  const problem = findText('worker-problem');
  const status = findText('poke-status');

  find('poke', HTMLButtonElement).addEventListener('click', () => {
    void attempt(problem, async () => {
      const { processed, polled, nextAt } = await client().poke();
      const next = nextAt === null ? 'nothing is due later' : `next work at ${formatTime(nextAt)}`;
      setText(status, `${formatTime(Date.now())}: ${count(processed, 'action')} processed, ${polled} polled, ${next}.`);
      refresh();
    });
  });

  const onAll = (name: string, run: (letters: readonly DeadLetter[]) => Promise<unknown>): void => {
    const all = async (): Promise<unknown> => run(await client().deadLetters.list({ limit: ALL }));
    find(name, HTMLButtonElement).addEventListener('click', () => void attempt(problem, all));
  };
  onAll('retry-all', (letters) => client().deadLetters.retry(letters));
  onAll('discard-all', (letters) => client().deadLetters.discard(letters));

  const deadLetter = (letter: DeadLetter): HTMLElement => {
    const act = (label: string, run: () => Promise<unknown>): HTMLElement => {
      const button = element('button', { type: 'button' }, label);
      button.addEventListener('click', () => void attempt(problem, run));
      return button;
    };
    const { deadLetters } = client();
    return element(
      'li',
      { 'data-testid': 'dead-letter' },
      `${describe(letter)} Reason: `,
      element('code', {}, letter.reason.code),
      ' ',
      act('Retry', () => deadLetters.retry(letter)),
      ' ',
      act('Discard', () => deadLetters.discard(letter)),
    );
  };

  return ({ inspection }) => {
    const { loop } = inspection;
    syncList(findText('worker-facts'), factsOf(inspection), String, ([name, value]) =>
      element('div', {}, element('dt', {}, name), element('dd', { 'data-testid': `fact-${name.toLowerCase().replaceAll(' ', '-')}` }, value)),
    );
    setText(findText('pending-count'), String(loop.pending.count));
    syncList(findText('pending'), loop.pending.items, JSON.stringify, (entry) => element('li', {}, describe(entry)));
    setText(findText('outbox-count'), String(loop.outbox.count));
    setText(findText('outbox-hint'), `Nudges that nobody acknowledged yet. ${loop.outbox.dropped} gave way to newer ones.`);
    const { count: letters, items } = loop.deadLetters;
    setText(findText('dead-letter-count'), String(letters));
    // An inspection holds the newest; those behind them move up as these are dealt with, here or all at once.
    setText(findText('dead-letter-hint'), letters > items.length ? `The newest ${items.length} are shown.` : '');
    find('dead-letter-buttons', HTMLElement).hidden = letters === 0;
    syncList(findText('dead-letters'), items, JSON.stringify, deadLetter);
  };
}

function factsOf({ client, host, loop }: Inspection): readonly (readonly [name: string, value: string])[] {
  return [
    ['Host', host.host === 'service-worker' ? 'service worker' : `this page (${client.fallbackReason ?? 'chosen'})`],
    ['Boot id', host.boot],
    ['Epoch', host.epoch],
    ['Durable', host.durable ? 'yes' : 'no: nothing survives a restart'],
    ['Protocol', String(host.protocol)],
    ['Build', `${host.build ?? 'unknown'}${client.workerStale ? ': older than this page; copy or build the worker again' : ''}`],
    ['Loop', loop.loop],
    ['Revision', String(loop.revision)],
    ['Actions ever', String(loop.history.nextSeq)],
    ['Goal', loop.goalState === null ? 'none' : listOf(loop.goalState)],
    ['Backoff', describeBackoff(loop.backoff)],
    ['Settings', JSON.stringify(host.settings)],
  ];
}

function listOf(record: Readonly<Record<string, unknown>>): string {
  return Object.entries(record)
    .map(([name, value]) => `${name} ${formatValue(value)}`)
    .join(', ');
}

function describeBackoff(backoff: Backoff | null): string {
  return backoff === null ? 'none' : `${count(backoff.failures, 'failure')} in a row, waits until ${formatTime(backoff.until)}`;
}

function describe({ seq, at, actions, attempts }: PendingEntry): string {
  return `No. ${seq}: ${count(actions.length, 'action')} since ${formatTime(at)}, tried ${attempts} times.`;
}
