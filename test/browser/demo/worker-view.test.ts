import { NudgeloopError, type DeadLetter, type LoopInspection, type NudgeloopClient, type PokeResult } from 'nudgeloop';
import { beforeEach, expect, test } from 'vitest';
import { formatTime } from '../../../demo/ui/format.ts';
import { createWorkerView } from '../../../demo/views/worker-view.ts';
import { openDemoPage, place, press, settled, textOf } from './demo-page.ts';
import { letterOf, viewOf } from './loop-view.ts';

beforeEach(openDemoPage);

/** The view over a client that notes what it was asked for. */
function setUp({ listed = [], poke }: { readonly listed?: readonly DeadLetter[]; readonly poke?: () => Promise<PokeResult> } = {}) {
  const calls: unknown[] = [];
  const note = (name: string) => async (given?: unknown): Promise<unknown> => {
    calls.push([name, given]);
    return name === 'list' ? listed : 1;
  };
  const client = { deadLetters: { list: note('list'), retry: note('retry'), discard: note('discard') }, poke };
  const show = createWorkerView(
    () => client as unknown as NudgeloopClient,
    () => calls.push('refresh'),
  );
  return { calls, show };
}

const linesOf = (item: Element | undefined): readonly (string | null)[] => [...(item?.children ?? [])].map((line) => line.textContent);
const letters = (...items: readonly DeadLetter[]): Partial<LoopInspection> => ({ deadLetters: { count: items.length, items } });
const buttonsOf = (index: number): readonly HTMLButtonElement[] => [
  ...(document.querySelectorAll('[data-testid=dead-letter]')[index]?.querySelectorAll('button') ?? []),
];

test('each count stands in its own place, with what waits and how many nudges gave way', () => {
  const pending = { count: 1_002, items: [{ seq: 7, at: 0, actions: [{ steps: 5, timestamp: 't' }], attempts: 2, nextAt: null }] };
  setUp().show(viewOf({ pending, outbox: { count: 31, dropped: 4, items: [] }, ...letters(letterOf(1), letterOf(2), letterOf(3)) }));
  expect(textOf('pending-count')).toBe('1,002');
  expect(place('pending').children).toHaveLength(1);
  expect(linesOf(place('pending').children[0])).toEqual([expect.stringMatching(/^No\. 7 · 1 action · waiting since .* · tried 2 times · due now$/), 'steps 5, timestamp t']);
  expect(textOf('pending-hint')).toBe('The next 1 are shown.');
  expect(textOf('outbox-count')).toBe('31');
  expect(textOf('outbox-hint')).toBe('Nudges that nobody has acknowledged yet. 4 were dropped to make room for newer ones.');
  expect(textOf('dead-letter-count')).toBe('3');
});

test('a single nudge that gave way is told as one', () => {
  setUp().show(viewOf({ outbox: { count: 3, dropped: 1, items: [] } }));
  expect(textOf('outbox-hint')).toContain(' 1 was dropped to make room');
});

test('what waits after a failure says when it is tried next', () => {
  const nextAt = 1_767_600_000_000;
  setUp().show(viewOf({ pending: { count: 1, items: [{ seq: 7, at: 0, actions: [], attempts: 2, nextAt }] } }));
  expect(textOf('pending')).toContain(`tried 2 times · not again before ${formatTime(nextAt)}`);
});

test('what waits in a worker of an earlier build, which does not say when it is tried next, has no such words', () => {
  setUp().show(viewOf({ pending: { count: 1, items: [{ seq: 7, at: 0, actions: [], attempts: 2 }] } }));
  expect(linesOf(place('pending').children[0])[0]).toMatch(/tried 2 times$/);
});

test('a dead letter says why it is one, and how to be dealt with', () => {
  setUp().show(viewOf(letters(letterOf(3))));
  const [title, , reason] = linesOf(place('dead-letter'));
  expect(title).toMatch(/^No\. 3 · 1 action · set aside .* · tried 5 times$/);
  expect(reason).toBe('Reason: strategy.failed (steps 3)');
  expect(buttonsOf(0).map((button) => button.textContent)).toEqual(['Retry', 'Discard']);
  expect(buttonsOf(0).map((button) => button.getAttribute('aria-label'))).toEqual(['Retry no. 3', 'Discard no. 3']);
  expect(place('dead-letter-buttons').hidden).toBe(false);
  expect(textOf('dead-letter-hint')).toBe('');
});

test('Retry tries the letter beside it again, Discard removes the one beside it', async () => {
  const { calls, show } = setUp();
  show(viewOf(letters(letterOf(1), letterOf(2))));
  buttonsOf(1)[0]?.click();
  buttonsOf(0)[1]?.click();
  await settled();
  expect(calls).toEqual([['retry', letterOf(2)], ['discard', letterOf(1)]]);
});

test('Retry all and Discard all take those that are not shown too, and Discard all asks first', async () => {
  const listed = [letterOf(1), letterOf(2)];
  const { calls, show } = setUp({ listed });
  show(viewOf({ deadLetters: { count: 2, items: [letterOf(2)] } }));
  expect(textOf('dead-letter-hint')).toBe('The newest 1 are shown.');
  press('retry-all');
  await settled();
  expect(calls.splice(0)).toEqual([['list', { limit: 10_000 }], ['retry', listed]]);
  const dialog = place('confirm') as HTMLDialogElement;
  press('discard-all');
  await expect.poll(() => dialog.open).toBe(true);
  expect(textOf('confirm-question')).toContain('Discard 2 dead letters');
  // Its event brings the answer, and on a busy machine it comes a while after the dialog is closed.
  const closed = new Promise((resolve) => dialog.addEventListener('close', resolve, { once: true }));
  dialog.close();
  await closed;
  await settled();
  expect(calls.splice(0)).toEqual([['list', { limit: 10_000 }]]);
  press('discard-all');
  await expect.poll(() => dialog.open).toBe(true);
  press('confirm-yes');
  await expect.poll(() => calls).toEqual([['list', { limit: 10_000 }], ['discard', listed]]);
});

test('by keyboard, the focus goes on to the next letter, and after the last one to the title', () => {
  const { show } = setUp();
  show(viewOf(letters(letterOf(1), letterOf(2))));
  buttonsOf(0)[0]?.focus();
  show(viewOf(letters(letterOf(2))));
  expect(place('dead-letter-box').contains(document.activeElement)).toBe(true);
  buttonsOf(0)[0]?.focus();
  show(viewOf());
  expect(place('dead-letter-buttons').hidden).toBe(true);
  expect(document.activeElement).toBe(place('dead-letter-title'));
});

test('Poke tells what was done and what comes next, and has the loop read again', async () => {
  const { calls } = setUp({ poke: async () => ({ processed: 2, polled: 3, nextAt: 5_000 }) });
  press('poke');
  await settled();
  expect(textOf('poke-status')).toMatch(new RegExp(`: 2 actions processed\\. The next work is due at ${formatTime(5_000)}\\.$`));
  expect(calls).toEqual(['refresh']);
});

test('a poke that fails says why', async () => {
  const failure = new NudgeloopError('call.timeout', 'The worker did not answer.');
  setUp({ poke: () => Promise.reject(failure) });
  press('poke');
  await settled();
  expect(textOf('worker-problem')).toBe('The worker did not answer. Code: call.timeout.');
  expect(place('worker-problem').hidden).toBe(false);
  expect(textOf('poke-status')).toBe('');
});

test('a loop in the page says why there is no worker, and what to do about it', () => {
  const view = viewOf({}, { client: { fallbackReason: 'insecure' }, host: { host: 'page' } });
  const page = [{ at: 1, level: 'warn' as const, code: 'worker.fallback' as const, fields: { reason: 'insecure', advice: 'serve it over https' } }];
  setUp().show({ ...view, inspection: { ...view.inspection, log: { page, host: [] } } });
  expect(textOf('fact-host')).toBe('this page (insecure): serve it over https');
});

test('a loop in the page, a worker left behind, a wait and storage that does not last are told as facts', () => {
  const { show } = setUp();
  show(viewOf());
  expect([textOf('fact-host'), textOf('fact-boot-id'), textOf('fact-durable'), textOf('fact-backoff')]).toEqual(['service worker', 'boot-1', 'yes', 'none']);
  show(
    viewOf(
      { backoff: { failures: 3, until: 9_000 }, goalState: { steps: 10_000 } },
      { client: { fallbackReason: 'insecure', workerStale: true }, host: { host: 'page', durable: false, boot: 'boot-2' } },
    ),
  );
  expect(textOf('fact-host')).toBe('this page (insecure)');
  expect(textOf('fact-boot-id')).toBe('boot-2');
  expect(textOf('fact-durable')).toBe('no: nothing survives a restart');
  expect(textOf('fact-build')).toContain('older than this page');
  expect(textOf('fact-backoff')).toBe(`3 failures in a row, waits until ${formatTime(9_000)}`);
  expect(textOf('fact-goal')).toBe('steps 10,000');
});
