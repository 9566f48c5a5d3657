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
