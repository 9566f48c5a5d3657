import type { NudgeloopClient } from 'nudgeloop';
import { beforeEach, expect, test } from 'vitest';
import { createDataView } from '../../../demo/views/data-view.ts';
import { deferred, openDemoPage, place, press, textOf } from './demo-page.ts';

beforeEach(openDemoPage);

/** The buttons, over a client that notes what it was asked for and a pause that lasts until it is over. */
function setUp() {
  const calls: string[] = [];
  const pause = deferred();
  const none = { loops: ['person-1'], actions: 0, pending: 0, nudges: 0, deadLetters: 0, notifications: 0, tags: 0 };
  const client = {
    erase: async () => (calls.push('erase'), none),
    resetHistory: async () => (calls.push('reset'), 0),
  };
  createDataView({ client: () => client as unknown as NudgeloopClient, pause: () => pause.promise, onReplaced: () => undefined });
  return { calls, pause };
}

/** Chooses an export as the file to import. */
function chooseFile(): void {
  const chosen = new DataTransfer();
  chosen.items.add(new File(['{}'], 'export.json'));
  const input = place('import') as HTMLInputElement;
  input.files = chosen.files;
  input.dispatchEvent(new Event('change'));
}

const dialog = (): HTMLDialogElement => place('confirm') as HTMLDialogElement;

test('one answer is for one question: two buttons pressed before the first one asks do not both act', async () => {
  const { calls, pause } = setUp();
  press('erase');
  press('reset-history');
  pause.resolve();
  await expect.poll(() => dialog().open).toBe(true);
  expect(textOf('confirm-question')).toBe('Erase this person’s loop in all tabs, with its goal, history and nudges?');
  expect(textOf('confirm-yes')).toBe('Erase this loop');
  press('confirm-yes');
  await expect.poll(() => textOf('data-status')).toBe('Erased from 1 loop: 0 actions, 0 pending calls, 0 nudges, 0 dead letters.');
  expect(calls).toEqual(['erase']);

  press('reset-history');
  await expect.poll(() => textOf('confirm-yes')).toBe('Reset history');
  press('confirm-yes');
  await expect.poll(() => textOf('data-status')).toContain('The history is empty');
  expect(calls).toEqual(['erase', 'reset']);
});

test('an import is told as done, also if the loop can’t be read after it, and nothing is asked of another person’s loop', async () => {
  const importing = {
    import: async () => {
      shown = other;
      return 31;
    },
    inspect: async () => Promise.reject(new Error('Closed.')),
  };
  const other = { inspect: async () => ({ loop: { history: { count: 7 } } }) };
  let shown: object = importing;
  createDataView({ client: () => shown as NudgeloopClient, pause: async () => undefined, onReplaced: () => undefined });
  chooseFile();
  await expect.poll(() => dialog().open).toBe(true);
  press('confirm-yes');
  await expect.poll(() => textOf('data-status')).toBe('31 actions imported.');
  expect(place('data-problem').hidden).toBe(true);
});
