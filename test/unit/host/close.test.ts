import { expect, test } from 'vitest';
import { createMemoryPersistence, type Action, type GoalFeedbackStrategy, type PollResult, type Suggestion } from 'nudgeloop/core';
import { settle } from '../../../src/testing/settle.ts';
import { client, createTestHost, ok, range } from './test-host.ts';

/** A host whose source and whose strategy answer when they are told to, and what it did with its storage. */
function setUp() {
  const used: string[] = [];
  const memory = createMemoryPersistence({ newId: () => 'epoch' });
  const persistence: typeof memory = {
    ...memory,
    write: (loop, work) => (used.push('write'), memory.write(loop, work)),
    read: (loop, work) => (used.push('read'), memory.read(loop, work)),
    close: async () => void used.push('close'),
  };
  const answers: (() => void)[] = [];
  const source = { name: 'slow', loop: 'a', poll: () => new Promise<PollResult>((resolve) => answers.push(() => resolve({ actions: [{ steps: 2 }], cursor: 1 }))) };
  const strategy: GoalFeedbackStrategy = {
    suggestActions: (_history, actions: readonly Action[]) => new Promise<readonly Suggestion[]>((resolve) => answers.push(() => resolve(actions))),
  };
  return { ...createTestHost({ sources: [source], strategy }, persistence), used, answers };
}

type Host = ReturnType<typeof setUp>;

const record = ({ api }: Host) => ok(api.record({ loop: 'a', client, seq: 0, actions: [{ steps: 1 }] }));
const begin: readonly [string, (host: Host) => Promise<unknown>][] = [
  ['asks a source', ({ host }) => host.wake('sync')],
  ['asks a strategy about an action', async (given) => (await record(given), given.host.work('a'))],
  ['asks a strategy for a suggestion', ({ api }) => api.suggestActions({ loop: 'a', history: [], actions: [{ steps: 3 }] })],
];
const since: readonly [string, (host: Host) => Promise<unknown>][] = [
  ['', async () => undefined],
  [', with settings that a page replaced since', ({ api }) => ok(api.hello({ protocol: range, loop: 'a', settings: { retentionLimit: 3 } }))],
  [', of a loop that was erased since', ({ api }) => ok(api.erase({ loop: 'a' }))],
];

test.each(begin.flatMap(([what, work]) => since.map(([when, change]) => [what, when, work, change] as const)))(
  'a host that is closed while it %s uses its storage no more after it closed it%s',
  async (_what, _when, work, change) => {
    const host = setUp();
    await ok(host.api.hello({ protocol: range, loop: 'a', settings: {} }));
    await ok(host.api.setGoalState({ loop: 'a', goalState: { steps: 9 } }));
    const working = work(host);
    await settle();
    expect(host.answers).toHaveLength(1);
    await change(host);
    const closing = host.host.close();
    await settle();
    for (let n = 0; n < 3; n += 1) {
      host.answers.splice(0).forEach((answer) => answer());
      await settle();
    }
    await Promise.all([closing, working]);
    await settle();
    expect(host.used.at(-1)).toBe('close');
  },
);
