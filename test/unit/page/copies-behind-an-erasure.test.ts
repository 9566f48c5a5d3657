import { createTestLoop, type LoopClient } from 'nudgeloop/testing';
import { describe, expect, test } from 'vitest';

const ERASURES = [{}, { all: true }] as const;

/** Two tabs of a loop that holds an action. */
async function setUp() {
  const loop = createTestLoop();
  const other = loop.openTab();
  const heard: string[] = [];
  loop.client.on('erased', () => heard.push('erased'));
  loop.client.on('epoch.reset', () => heard.push('reset'));
  await other.client.record({ steps: 1 });
  await loop.client.ready;
  // All calls go by messages that wake then, until there are ports again: none goes to a worker that is dead.
  await loop.advance(11_000);
  const exported = await other.client.export();
  await loop.advance(11_000);
  const stored = async () => {
    const { loop: inspection } = await other.client.inspect();
    return { steps: (await other.client.history()).map(({ action }) => action['steps']), goal: inspection.goalState };
  };
  /** What becomes of a call whose worker dies once it is stored, before it answers. */
  const unanswered = (call: (client: LoopClient) => Promise<unknown>): Promise<string> => {
    loop.killWorker('after-commit');
    return call(loop.client).then(
      () => 'fulfilled',
      (error: { readonly code: string }) => error.code,
    );
  };
  return { loop, other: other.client, heard, exported, stored, unanswered };
}

type Call = (client: LoopClient, exported: unknown) => Promise<unknown>;

const CALLS: readonly (readonly [string, Call])[] = [
  ['a record', (client) => client.record({ steps: 2 })],
  ['a goal', (client) => client.setGoalState({ steps: 9 })],
  ['a reset', (client) => client.resetHistory()],
  ['an import', (client, exported) => client.import(exported)],
];

const COPIES = (['heard', 'heard nothing'] as const).flatMap((how) => CALLS.map(([name, call]) => [how, name, call] as const));

describe.each(ERASURES)('behind an erasure (%j) in another tab', (options) => {
  test.each(COPIES)('of which this one %s, %s whose copy comes then is refused, and brings nothing back and takes nothing away, and this one is told of it once', async (how, _name, call) => {
    const { loop, other, heard, exported, stored, unanswered } = await setUp();
    const made = unanswered((client) => call(client, exported));
    await loop.settle();
    if (how === 'heard nothing') loop.messages.lose('hints');
    await other.erase(options);
    await other.record({ steps: 7 });
    await loop.advance(5_000);
    expect(await made).toBe('epoch.reset');
    expect(await stored()).toEqual({ steps: [7], goal: null });
    expect(heard).toEqual(['erased']);
  });

  test.each(CALLS)('of which this one heard nothing, %s that is made then is taken', async (_name, call) => {
    const { loop, other, heard, exported, stored } = await setUp();
    loop.messages.lose('hints');
    await other.erase(options);
    await call(loop.client, exported);
    expect(heard).toEqual(['erased']);
    expect([await stored()]).toEqual([
      { 'a record': { steps: [2], goal: null }, 'a goal': { steps: [], goal: { steps: 9 } }, 'a reset': { steps: [], goal: null }, 'an import': { steps: [1], goal: null } }[_name],
    ]);
  });

  test('a goal that a page began with is not put back by a copy, and the page can be used', async () => {
    const { loop, other, stored } = await setUp();
    loop.killWorker('after-commit');
    const { client } = loop.openTab({ goalState: { steps: 5 } });
    await loop.settle();
    expect(loop.workerStarts()).toBe(1);
    await other.erase(options);
    await loop.advance(5_000);
    await client.ready;
    await client.record({ steps: 3 });
    expect(await stored()).toEqual({ steps: [3], goal: null });
  });
});

test.each<readonly [string, { readonly goalState?: Record<string, number> }, Call]>([
  ['a goal that a page began with', { goalState: { steps: 5 } }, (client) => client.ready],
  ['a first record', {}, CALLS[0]![1]],
  ['a first goal', {}, CALLS[1]![1]],
])('%s in an empty loop is brought back by no copy that comes behind an erasure of all', async (_name, options, call) => {
  const loop = createTestLoop();
  const other = loop.openTab().client;
  await Promise.all([other.ready, loop.client.ready]);
  await loop.advance(11_000);
  loop.killWorker('after-commit');
  const made = call(options.goalState === undefined ? loop.client : loop.openTab(options).client, undefined).catch(() => undefined);
  await loop.settle();
  expect(loop.workerStarts()).toBe(1);
  await other.erase({ all: true });
  await loop.advance(5_000);
  await made;
  const { loop: inspection } = await other.inspect();
  expect([loop.workerStarts(), inspection.history.count, inspection.goalState]).toEqual([2, 0, null]);
});

test('a record whose copy finds the database lost is recorded into the new one', async () => {
  const { loop, heard, stored, unanswered } = await setUp();
  const made = unanswered((client) => client.record({ steps: 2 }));
  await loop.settle();
  await loop.storage.loseDatabase();
  await loop.advance(5_000);
  expect(await made).toBe('fulfilled');
  expect(await stored()).toEqual({ steps: [2], goal: null });
  expect(heard).toEqual(['reset']);
});

test.each(ERASURES)('a record that waits for a slow erasure (%j) of another tab, and is sent again meanwhile, is taken behind it', async (options) => {
  const { loop, other, stored } = await setUp();
  // By ports, whose answers are missed after a quarter of a second.
  await Promise.all([loop.client.history(), other.history()]);
  await loop.settle();
  const sent = loop.messages.sent('waking');
  loop.storage.hold();
  const erasing = other.erase(options);
  await loop.settle();
  const recording = loop.client.record({ steps: 2 });
  await loop.advance(300);
  expect(loop.messages.sent('waking')).toBeGreaterThan(sent + 1);
  loop.storage.release();
  await loop.advance(5_000);
  await erasing;
  expect(await recording).toMatchObject({ duplicate: false });
  expect(await stored()).toEqual({ steps: [2], goal: null });
});

describe('a page that could do nothing for a while, and so asks again for what was done, finds each call of one turn done once and in its place', () => {
  /** Makes the calls in a new loop, whose life has no name yet, while no answer is heard. */
  async function stall() {
    const loop = createTestLoop();
    const { client } = loop;
    const steps = async () => (await client.history()).map(({ action }) => action['steps']);
    await steps();
    loop.messages.hold('answers');
    const calls = Promise.all([
      client.record([{ steps: 1 }, { steps: 2 }]).then(({ count }) => count),
      steps(),
      client.resetHistory(),
      client.record({ steps: 3 }).then(({ count }) => count),
      client.suggestActions([], [{ steps: 4 }]).then(({ length }) => length),
      steps(),
      client.erase().then(({ actions }) => actions),
      client.record({ steps: 6 }).then(({ count }) => count),
    ]);
    await loop.settle();
    return { loop, calls, steps };
  }
  const done = [2, [1, 2], 2, 1, 1, [3, 4], 2, 1];

  test('by the worker that did it', async () => {
    const { loop, calls, steps } = await stall();
    const sent = loop.messages.sent('requests');
    await loop.advance(300);
    expect(loop.messages.sent('requests')).toBeGreaterThan(sent + 4);
    loop.messages.release();
    await loop.advance(300);
    loop.messages.heal();
    expect([await calls, await steps()]).toEqual([done, [6]]);
  });

  test('though the worker ended meanwhile: nothing that was erased comes back', async () => {
    const { loop, calls, steps } = await stall();
    loop.killWorker();
    await loop.advance(300);
    expect(loop.workerStarts()).toBe(2);
    loop.messages.heal();
    await loop.advance(10_000);
    expect((await calls)[6]).toBe(2);
    expect(await steps()).toEqual([6]);
  });
});

test('what waits for a greeting that has no answer yet is not overtaken by what is called behind an erasure in another tab', async () => {
  const loop = createTestLoop();
  const { client } = loop;
  const other = loop.openTab().client;
  await client.record({ steps: 1 });
  await client.erase();
  await other.record({ steps: 2 });
  await loop.advance(1_000);
  // The greeting behind the own erasure; a record and an erasure wait for its answer.
  loop.messages.lose('answers');
  const waiting = Promise.all([client.record({ steps: 3 }), client.erase()]);
  await loop.settle();
  loop.messages.heal();
  await other.erase();
  await loop.settle();
  const last = client.record({ steps: 4 });
  await loop.advance(5_000);
  expect([...(await waiting), await last]).toMatchObject([{ count: 1 }, {}, { count: 1 }]);
  expect((await client.history()).map(({ action }) => action['steps'])).toEqual([4]);
});

test('a record that is refused for an erasure in another tab is not made again behind an erasure that this one asked for since', async () => {
  const { loop, other } = await setUp();
  loop.messages.lose('hints');
  await other.erase();
  await other.record({ steps: 3 });
  const made = loop.client.record({ steps: 2 }).catch(({ code }: { code: string }) => code);
  const erased = loop.client.erase();
  await loop.advance(3_000);
  loop.messages.heal();
  expect(await made).toBe('epoch.reset');
  expect(await erased).toMatchObject({ actions: 1 });
  expect(await other.history()).toEqual([]);
});
