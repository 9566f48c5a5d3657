import { describe, expect, test } from 'vitest';
import { createTestLoop, type TestLoopOptions } from 'nudgeloop/testing';

/** A tab with one nudge, which then erases the loop by a worker that dies before it answers or tells anybody. */
async function eraseUnanswered(options: TestLoopOptions = {}) {
  const loop = createTestLoop({ goalState: { steps: 10 }, ...options });
  const heard: string[] = [];
  loop.client.on('nudge', ({ id }) => heard.push(id));
  loop.client.on('erased', () => heard.push('erased'));
  await loop.client.record({ steps: 1 });
  await loop.settle();
  loop.killWorker('after-commit');
  const erased = loop.client.erase().catch(({ code }: { code: string }) => code);
  await loop.settle();
  const pass = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second += 1) await loop.advance(1_000);
  };
  return { loop, heard, erased, pass };
}

describe('a tab whose own erasure got no answer', () => {
  test.each([
    ['the built-in strategy', {}],
    ["a strategy of the app's own", { worker: { strategy: { suggestActions: async (_history: unknown, actions: readonly object[]) => actions.map((action) => ({ ...action })) } } }],
  ] as const)('hears of it, and of the nudges of the new life, with %s', async (_name, options) => {
    const { loop, heard, erased, pass } = await eraseUnanswered(options as TestLoopOptions);
    const [, before] = [await Promise.all([loop.client.record({ steps: 2 }), loop.client.setGoalState({ steps: 20 }), pass(15)]), [...heard]];
    expect(await erased).toBe('call.timeout');
    await pass(5);
    expect(before[0]).not.toBe('erased');
    expect(heard).toContain('erased');
    const waiting = await loop.client.nudges();
    expect(waiting).not.toEqual([]);
    expect(waiting.filter(({ id }) => !heard.includes(id))).toEqual([]);
    expect(loop.client.state().unacknowledged).toEqual(waiting);
  });

  test('shows the goal that it set after it', async () => {
    const { loop, erased, pass } = await eraseUnanswered();
    await Promise.all([loop.client.setGoalState({ steps: 20 }), pass(15)]);
    await erased;
    await pass(5);
    expect((await loop.client.inspect()).loop.goalState).toEqual({ steps: 20 });
    expect(loop.client.state().goalState).toEqual({ steps: 20 });
  });

  test('hears of it though nothing is recorded after it', async () => {
    const { heard, erased, pass } = await eraseUnanswered();
    await pass(15);
    await erased;
    await pass(5);
    expect(heard.at(-1)).toBe('erased');
  });
});
