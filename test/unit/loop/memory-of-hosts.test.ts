import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMemoryPersistence, createSimulatedClock, NudgeloopError, SimpleGoalFeedbackStrategy, type GoalFeedbackPersistence, type GoalFeedbackWorker } from 'nudgeloop/core';
import { clearHistory } from '../../../src/loop/state/history.ts';
import { exportLoop, readHistory } from '../../../src/loop/loop-queries.ts';
import { acknowledgeNudges, readNudges } from '../../../src/loop/state/outbox.ts';
import { counting, createHarness, createOwnStrategy } from './harness.ts';

const host = fc.nat(1);
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('record' as const), host, count: fc.integer({ min: 1, max: 40 }), age: fc.nat(5), isLarge: fc.boolean(), client: fc.nat(9), isAgain: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('group' as const), host, count: fc.integer({ min: 2, max: 6 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('acknowledge' as const), host, from: fc.nat(5), count: fc.nat(4) }) },
  fc.record({ kind: fc.constant('goal' as const), host, steps: fc.nat(3) }),
  fc.record({ kind: fc.constant('reset' as const), host }),
  fc.record({ kind: fc.constant('wake' as const), host }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(120_000) }),
  fc.record({ kind: fc.constant('erase' as const) }),
  fc.record({ kind: fc.constant('failure' as const) }),
);

const loopOptions = fc.record({
  retentionLimit: fc.option(fc.nat(50), { nil: undefined }),
  retentionWindow: fc.option(fc.constant(200_000), { nil: undefined }),
  outboxLimit: fc.integer({ min: 1, max: 20 }),
});

/** All that can be seen of a loop, but for ids and for how it is stored. */
function look(worker: GoalFeedbackWorker): Promise<unknown> {
  return worker.read(async (tx, state) => {
    const history = await readHistory(tx, state, { limit: 100_000 });
    const nudges = await readNudges(tx, state, -1, 100_000);
    expect([history.length, nudges.length]).toEqual([state.history.count, state.outbox.count]);
    const { near: _near, incarnation: _incarnation, revision: _revision, fence: _fence, ...rest } = state;
    const newest = await tx.readNewest('history', state.history.next, 5);
    return { rest, history, newest, nudges: nudges.map(({ id: _id, ...nudge }) => nudge), exported: await exportLoop(tx, state, 'a', 0) };
  });
}

const settled = <T>(work: Promise<T>): Promise<unknown> => work.catch((error: unknown) => (error instanceof NudgeloopError ? error.code : error));

for (const isTrusted of [true, false]) {
  const given = isTrusted ? 'a strategy of ours' : 'a strategy of an app';
  test(`two hosts that remember a loop bring it where one does that remembers nothing, with ${given}`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), loopOptions, async (steps, { retentionLimit, retentionWindow, outboxLimit }) => {
        const clock = createSimulatedClock(1_767_600_000_000);
        let isBroken = false;
        // All of one length, since bytes are counted.
        let ids = 1e9;
        const create = () => {
          const memory = createMemoryPersistence({ newId: () => 'epoch' });
          const persistence: GoalFeedbackPersistence = {
            ...memory,
            write: (loop, work) =>
              memory.write(loop, async (tx) => {
                const result = await work(tx);
                if (isBroken) throw new NudgeloopError('storage.failed', 'at the commit');
                return result;
              }),
          };
          const options = { outboxLimit, newId: () => `id-${(ids += 1)}`, ...(retentionLimit === undefined ? {} : { retentionLimit }), ...(retentionWindow === undefined ? {} : { retentionWindow }) };
          const open = () => createHarness(isTrusted ? new SimpleGoalFeedbackStrategy() : createOwnStrategy(), options, counting(persistence), clock).worker;
          return { open, erase: () => memory.write('default', async (tx) => tx.clear()) };
        };
        const [one, model] = [create(), create()];
        const hosts = [one.open(), one.open()];
        const numbers = new Map<number, number>();
        let number = 0;

        const run = (worker: GoalFeedbackWorker, now: (typeof steps)[0]): Promise<unknown> => {
          switch (now.kind) {
            case 'record': {
              const timestamp = new Date(clock.now() - now.age * 50_000).toISOString();
              const actions = Array.from({ length: now.count }, (_none, index) => ({ steps: now.isAgain ? 7 : number + index, tag: 'x'.repeat(now.isLarge ? 500 : 1), timestamp }));
              const seq = Math.max(0, (numbers.get(now.client) ?? 0) - (now.isAgain ? 1 : 0));
              return settled(worker.record(actions, { client: `client-${now.client}`, seq, oldest: seq }).then(({ nudges, ...rest }) => ({ ...rest, nudges: nudges.length })));
            }
            case 'group':
              return Promise.all(Array.from({ length: now.count }, (_none, index) => settled(worker.record({ steps: number + index }).then(({ duplicate }) => duplicate))));
            case 'acknowledge':
              return worker.change(async (tx, state) => acknowledgeNudges(tx, state, (await readNudges(tx, state, -1, 99)).slice(now.from, now.from + now.count)));
            case 'goal':
              return settled(worker.setGoalState({ steps: now.steps }).then(({ changed }) => changed));
            case 'reset':
              return worker.change(clearHistory);
            case 'wake':
              return settled(worker.wake().then(({ processed }) => processed));
            default:
              return Promise.resolve();
          }
        };

        for (const now of steps) {
          number += 50;
          if (now.kind === 'wait') clock.advance(now.ms);
          else if (now.kind === 'erase') {
            numbers.clear();
            await Promise.all([one.erase(), model.erase()]);
          } else if (now.kind === 'failure') {
            isBroken = true;
            await Promise.all([1, 2].map((steps) => settled(hosts[0]!.record({ steps }))));
            isBroken = false;
          } else {
            expect(await run(hosts[now.host]!, now)).toEqual(await run(model.open(), now));
            if (now.kind === 'record' && !(now.isAgain && numbers.has(now.client))) numbers.set(now.client, (numbers.get(now.client) ?? 0) + 1);
          }
          expect(await look(hosts[1]!)).toEqual(await look(model.open()));
        }
      }),
      { numRuns: 60 },
    );
  });
}
