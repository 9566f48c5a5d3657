import { describe, expect, test } from 'vitest';
import type { DeadLetter, Nudge, NudgeloopClient, NudgeloopEvents } from 'nudgeloop';
import { createTestLoop } from 'nudgeloop/testing';
import { checkImport } from '../../../src/loop/check-import.ts';
import { EXPORT_FORMAT, EXPORT_VERSION } from '../../../src/model/export-format.ts';

const many = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);
const letter = { seq: 7, at: 0 } as DeadLetter;
const nudge = { seq: 7, id: 'nowhere', loop: 'default' } as Nudge;

/** Calls that take a list, and how much of it was taken, where everything in it can be. */
const lists: readonly (readonly [what: string, code: string, call: (client: NudgeloopClient, count: number) => Promise<number>, taken: number])[] = [
  ['actions to record', 'action.invalid', async ({ record }, count) => (await record(many(count, { steps: 1 }))).count, 10_000],
  ['actions to suggest on', 'action.invalid', async ({ suggestActions }, count) => (await suggestActions([], many(count, { steps: 1 }))).length, 10_000],
  ['past actions to suggest on', 'action.invalid', async ({ suggestActions }, count) => (await suggestActions(many(count, { steps: 1 }), [{ steps: 1 }])).length, 1],
  // There is none of them, which is no refusal.
  ['nudges to acknowledge', 'message.invalid', ({ acknowledge }, count) => acknowledge(many(count, nudge)), 0],
  ['dead letters to retry', 'message.invalid', ({ deadLetters }, count) => deadLetters.retry(many(count, letter)), 0],
  ['dead letters to discard', 'message.invalid', ({ deadLetters }, count) => deadLetters.discard(many(count, letter)), 0],
];

describe('10,000 at once are taken, and one more is refused before anything is sent:', () => {
  test.each(lists)('%s', async (_what, code, call, taken) => {
    const { client, messages } = createTestLoop();
    expect(await call(client, 10_000)).toBe(taken);
    const { count } = (await client.inspect()).loop.history;
    const sent = messages.sent('requests');
    await expect(call(client, 10_001)).rejects.toMatchObject({ code, details: { limit: 10_000 } });
    expect(messages.sent('requests')).toBe(sent);
    expect((await client.inspect()).loop.history.count).toBe(count);
  });
});

describe('an import of a million actions passes, and one of one more is refused as a whole:', () => {
  const parts = { format: EXPORT_FORMAT, version: EXPORT_VERSION, goalState: null, analysis: {} };
  const check = (history: unknown[], pending: unknown[]) => checkImport({ ...parts, history, pending }, { timestampField: 'timestamp', storageLimit: 0 });
  // One and the same action: what is sent is small, and what would be stored is not.
  const entry = { action: {} };
  const tooLarge = expect.objectContaining({ code: 'message.invalid', details: { problem: 'too large' } }) as Error;

  test('in the history, and together with what waits', () => {
    expect(check(many(1_000_000, entry), []).history).toHaveLength(1_000_000);
    expect(() => check(many(1_000_000, entry), [{ actions: [{}] }])).toThrow(tooLarge);
    expect(() => check(many(1_000_001, entry), [])).toThrow(tooLarge);
  });

  test('of which one call that waits carries 10,000 at the most', () => {
    expect(check([], [{ actions: many(10_000, {}) }]).pending[0]).toHaveLength(10_000);
    expect(() => check([], [{ actions: many(10_001, {}) }])).toThrow(expect.objectContaining({ details: { problem: 'with a bad pending entry' } }));
  });

  test('calls that carry none, which wait for nothing', () => {
    expect(check([], many(1_000_000, { actions: [] })).pending).toEqual([]);
    expect(() => check([], many(1_000_001, { actions: [] }))).toThrow(tooLarge);
  });
});

describe('listeners of one event', () => {
  const events: readonly (keyof NudgeloopEvents)[] = ['nudge', 'acknowledged', 'changed', 'erased', 'epoch.reset', 'update', 'log', 'status'];
  const none = (): void => undefined;

  test.each([
    ['a thousand', {}, 1_000],
    ['as many as the app allows', { listenerLimit: 3 }, 3],
  ])('are %s at the most, and there is room again when one is taken off', (_many, options, limit) => {
    const { client } = createTestLoop(options);
    for (const event of events) {
      const offs = Array.from({ length: limit }, () => client.on(event, none));
      const full = expect(() => client.on(event, none));
      full.toThrow(expect.objectContaining({ name: 'NudgeloopError', code: 'queue.full', details: { seen: limit, limit } }));
      full.toThrow(/listenerLimit/);
      offs[0]?.();
      // Once only, however often it is called.
      offs[0]?.();
      client.on(event, none);
      expect(() => client.on(event, none)).toThrow(/listenerLimit/);
    }
  });

  test('of another loop are counted by themselves, and the ones that are there still hear', async () => {
    const { client } = createTestLoop({ listenerLimit: 1, goalState: { steps: 10_000 } });
    const heard: string[] = [];
    client.on('nudge', ({ loop }) => heard.push(loop));
    const quiz = client.loop('quiz', { goalState: { mastery: 1 } });
    quiz.on('nudge', ({ loop }) => heard.push(loop));
    expect(() => client.on('nudge', none)).toThrow(/listenerLimit/);
    await client.record({ steps: 1 });
    await quiz.record({ mastery: 0.5 });
    expect(heard).toEqual(['default', 'quiz']);
  });
});
