import { describe, expect, test } from 'vitest';
import { createMemoryActionSource, createSequentialIds, SimpleGoalFeedbackStrategy, type ActionSource, type MemoryActionSource } from 'nudgeloop/core';
import { createHarness, createOwnStrategy, type Harness } from './harness.ts';

const lives = createSequentialIds('life');
const createSource = (): MemoryActionSource => createMemoryActionSource('pedometer', 'default', lives);
const stepsOf = ({ worker }: Harness): Promise<unknown[]> =>
  worker.read(async (tx) => (await tx.readForward('history', 0, 99)).map(({ value }) => (value as { steps: unknown }).steps));

/** A loop as a service worker has it: storage that stays, and a list that begins anew at each start. */
function startWith(source: MemoryActionSource, before?: Harness): Harness {
  return createHarness(new SimpleGoalFeedbackStrategy(), { sources: [source] }, before?.persistence, before?.clock);
}

describe('a source over a list in memory', () => {
  test('loses nothing when its worker is stopped and the list begins anew', async () => {
    const source = createSource();
    source.push({ steps: 1 }, { steps: 2 }, { steps: 3 });
    const first = startWith(source);
    expect(await first.worker.wake()).toMatchObject({ polled: 3 });

    const next = createSource();
    const second = startWith(next, first);
    next.push({ steps: 4 });
    expect(await second.worker.wake()).toMatchObject({ polled: 1 });
    next.push({ steps: 5 }, { steps: 6 });
    expect(await second.worker.wake()).toMatchObject({ polled: 2 });
    expect(await second.worker.wake()).toMatchObject({ polled: 0 });
    expect(await stepsOf(second)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('loses nothing when a worker that is about to go was faster', async () => {
    const [old, next] = [createSource(), createSource()];
    const first = startWith(old);
    const second = startWith(next, first);
    old.push({ steps: 1 });
    next.push({ steps: 2 });
    await Promise.all([first.worker.wake(), second.worker.wake()]);
    await second.worker.wake();
    expect(await stepsOf(second)).toEqual([1, 2]);
  });

  test('writes nothing while there is nothing new, after a restart too', async () => {
    const source = createSource();
    source.push({ steps: 1 });
    const first = startWith(source);
    await first.worker.wake();
    const second = startWith(createSource(), first);
    const { writes } = second.persistence.counts;
    expect(await second.worker.wake()).toMatchObject({ polled: 0 });
    expect(second.persistence.counts.writes).toBe(writes);
  });
});

describe('a source that changes the cursor which it is given', () => {
  interface Cursor {
    n: number;
  }
  const startWithPoll = (poll: (cursor: Cursor | null) => Promise<unknown>) =>
    createHarness(new SimpleGoalFeedbackStrategy(), { retentionWindow: 60_000, sources: [{ name: 'own', poll: poll as never }] });

  test('is heard all the same', async () => {
    const harness = startWithPoll(async (cursor) => {
      const next = cursor ?? { n: 0 };
      next.n += 1;
      return { actions: [{ steps: next.n }], cursor: next };
    });
    await harness.worker.wake();
    await harness.worker.wake();
    expect(await stepsOf(harness)).toEqual([1, 2]);
  });

  test('and fails then loses no action: the cursor that is stored stays', async () => {
    let isBroken = false;
    const harness = startWithPoll(async (cursor) => {
      if (!isBroken) return { actions: [{ steps: 1 }], cursor: { n: 1 } };
      cursor!.n += 1;
      throw new Error('no network');
    });
    await harness.worker.wake();
    isBroken = true;
    // Something is too old, so that the wake-up begins with a change.
    harness.clock.advance(120_000);
    await harness.worker.wake();
    await harness.worker.record({ steps: 2 });
    expect(await harness.worker.read(async (_tx, { cursors }) => cursors)).toEqual({ own: { n: 1 } });
  });
});

test.each<[what: string, bad: unknown[]]>([
  ['a bad action', [{ steps: 1 }, { steps: Number.NaN }]],
  ['more than 10,000', Array.from({ length: 10_001 }, () => ({ steps: 1 }))],
])('a source whose answer holds %s takes nothing and is asked from where it was', async (_what, bad) => {
  const cursors: unknown[] = [];
  const poll = (cursor: unknown) => {
    cursors.push(cursor);
    return { actions: cursors.length === 1 ? [{ steps: 0 }] : bad, cursor: cursors.length };
  };
  const harness = createHarness(new SimpleGoalFeedbackStrategy(), { sources: [{ name: 'tracker', poll: poll as never }] });
  expect(await harness.worker.wake()).toMatchObject({ polled: 1 });
  for (let tries = 0; tries < 2; tries += 1) {
    const { polled, nextAt } = await harness.worker.wake();
    expect(polled).toBe(0);
    harness.clock.advance(nextAt! - harness.clock.now());
  }
  expect([cursors, await stepsOf(harness)]).toEqual([[null, 1, 1], [0]]);
  expect(harness.logged.find(({ code }) => code === 'source.failed')?.fields).toMatchObject({ source: 'tracker', code: 'action.invalid' });
});

test('what a source brought without a timestamp has the time at which it came, however late a strategy judges it', async () => {
  let isBroken = true;
  const strategy = createOwnStrategy((actions) => {
    if (isBroken) throw new Error('not yet');
    return actions;
  });
  const source = createSource();
  source.push({ steps: 1 });
  const { worker, clock } = createHarness(strategy, { sources: [source], maxAttempts: 9 });
  await worker.setGoalState({ steps: 10 });
  const at = new Date(clock.now()).toISOString();
  await worker.wake();
  await worker.record({ steps: 2 });
  clock.advance(3_600_000);
  isBroken = false;
  await worker.wake();
  const history = await worker.read((tx) => tx.readForward('history', 0, 10));
  // One that failed steps aside.
  expect(history.map(({ value }) => value)).toEqual([{ steps: 2, timestamp: at }, { steps: 1, timestamp: at }]);
});

test('a loop says when to wake it next for whatever is due first: a source that failed, or an action that a strategy failed at', async () => {
  const failing = createOwnStrategy(() => {
    throw new RangeError('bad');
  });
  let isDown = false;
  const poll = () => {
    if (isDown) throw new Error('offline');
    return { actions: [], cursor: null };
  };
  const { worker, clock } = createHarness(failing, { sources: [{ name: 'tracker', poll }], maxAttempts: 9 });
  await worker.setGoalState({ steps: 10 });
  await worker.handleEvent({ type: 'actions', actions: { steps: 1 } });
  for (let tries = 0; tries < 3; tries += 1) clock.advance((await worker.wake()).nextAt! - clock.now());
  isDown = true;
  // Four seconds or more until the action is tried again, and one until the source is asked.
  expect((await worker.wake()).nextAt).toBe(clock.now() + 1_000);
});

test('a list in memory lets go of what was stored: an erasure brings only what came since', async () => {
  const source = createSource();
  source.push({ steps: 1 }, { steps: 2 });
  const harness = startWith(source);
  expect(await harness.worker.wake()).toMatchObject({ polled: 2 });
  expect(await harness.worker.wake()).toMatchObject({ polled: 0 });
  source.push({ steps: 3 });
  await harness.persistence.eraseAll();
  expect(await harness.worker.wake()).toMatchObject({ polled: 1 });
  expect(await stepsOf(harness)).toEqual([3]);
});

describe('of the sources that a worker is given', () => {
  const startAs = (name: string, sources: readonly ActionSource[]) => createHarness(new SimpleGoalFeedbackStrategy(), { name, sources });
  const sourceOf = (loop: string | undefined, steps: number, name = 'pedometer') => {
    const source = createMemoryActionSource(name, loop, lives);
    source.push({ steps });
    return source;
  };

  test('only those of its loop are asked, so that two loops may share a list, and a name', async () => {
    const sources = [sourceOf('walks', 1), sourceOf('sleep', 2), sourceOf(undefined, 3, 'other')];
    const walks = startAs('walks', sources);
    for (let wake = 0; wake < 2; wake += 1) await walks.worker.wake();
    expect(await stepsOf(walks)).toEqual([1, 3]);
    expect(await walks.worker.read(async (_tx, { cursors }) => Object.keys(cursors))).toEqual(['pedometer', 'other']);
  });

  test('two of one name are refused where one of them names the loop, and one leaves it out', () => {
    expect(() => startAs('walks', [sourceOf('walks', 1), sourceOf(undefined, 2)])).toThrow(expect.objectContaining({ code: 'options.invalid', details: { option: 'sources' } }));
  });
});

describe('a list in memory that was given much', () => {
  const takenBy = async (worker: Harness['worker']): Promise<number[]> => {
    const polled: number[] = [];
    for (let wake = 0; polled.at(-1) !== 0; wake += 1) polled.push((await worker.wake()).polled);
    return polled;
  };

  test('brings as many actions at a wake-up as a call may carry, until all are there', async () => {
    const source = createSource();
    source.push(...Array.from({ length: 20_001 }, (_none, steps) => ({ steps })));
    const { worker, logged } = startWith(source);
    expect(await takenBy(worker)).toEqual([10_000, 10_000, 1, 0]);
    expect(await worker.read(async (tx, { history }) => [history.count, (await tx.readNewest('history', Infinity, 1))[0]?.value])).toMatchObject([20_001, { steps: 20_000 }]);
    expect(logged.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  test('brings no more text at a wake-up than a call may carry', async () => {
    const source = createSource();
    const note = 'x'.repeat(30_000);
    for (let n = 0; n < 300; n += 1) source.push({ note });
    const polled = await takenBy(startWith(source).worker);
    expect(polled).toEqual([266, 34, 0]);
  });
});

describe('an action that a list in memory is given and that is none', () => {
  test.each([
    ['is no number', { steps: Number.NaN }, 'steps'],
    ['has a time that is none', { steps: 1, timestamp: 'yesterday' }, 'timestamp'],
    ['is no record', 7 as never, ''],
  ])('is refused at once, with those beside it, and holds up no other: one that %s', async (_title, bad, path) => {
    const source = createSource();
    source.push({ steps: 1 });
    expect(() => source.push({ steps: 2 }, bad)).toThrow(expect.objectContaining({ code: 'action.invalid', details: expect.objectContaining({ index: 1, path }) as unknown }));
    source.push({ steps: 3 });
    const harness = startWith(source);
    await harness.worker.wake();
    expect(await stepsOf(harness)).toEqual([1, 3]);
  });

  test('is none by the field that holds the time in its loop', async () => {
    const source = createMemoryActionSource('pedometer', undefined, lives, 'when');
    expect(() => source.push({ when: 'yesterday' })).toThrow(expect.objectContaining({ code: 'action.invalid' }));
    source.push({ steps: 1, when: new Date(5), timestamp: 'yesterday' });
    const harness = createHarness(new SimpleGoalFeedbackStrategy(), { sources: [source], timestampField: 'when' });
    await harness.worker.wake();
    expect(await harness.worker.read((tx) => tx.readForward('history', 0, 1))).toMatchObject([{ at: 5, value: { steps: 1, timestamp: 'yesterday' } }]);
  });
});

test('what is done to an action after it was pushed does nothing', async () => {
  const source = createSource();
  const action = { steps: 1 };
  source.push(action);
  action.steps = 2;
  const harness = startWith(source);
  await harness.worker.wake();
  expect(await stepsOf(harness)).toEqual([1]);
});
