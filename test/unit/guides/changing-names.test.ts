import { join } from 'node:path';
import type { LoopClient } from 'nudgeloop';
import { createTestLoop, type TestLoop } from 'nudgeloop/testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { guideFiles, writeGuide } from '../../guides/guide-files.ts';

const page = 'recipes/changing-names';
const opened: TestLoop[] = [];

beforeEach(() => {
  vi.resetModules();
  let last: Promise<unknown> = Promise.resolve();
  const request = <T>(_name: string, work: () => Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
  vi.stubGlobal('navigator', { locks: { request } });
});
afterEach(() => {
  vi.unstubAllGlobals();
  opened.splice(0).forEach((loop) => loop.dispose());
});

/** Loads a block of the recipe, over the client of a test. */
async function load<Module>(word: string, loop?: LoopClient): Promise<Module> {
  const { code } = guideFiles(page).find((block) => block.code.includes(word))!;
  const folder = await writeGuide(page, [{ name: `${word}.ts`, code }, { name: 'loop.ts', code: '' }]);
  vi.doMock(join(folder, 'loop.ts'), () => ({ loop }));
  return (await import(/* @vite-ignore */ join(folder, `${word}.ts`))) as Module;
}

function setUp(goalState: Readonly<Record<string, number>>): TestLoop {
  const loop = createTestLoop({ goalState });
  opened.push(loop);
  return loop;
}

const stepsIn = async (loop: LoopClient): Promise<unknown[]> => (await loop.history()).map(({ action }) => action['steps']);

describe('a loop with a new name', () => {
  type Move = (from: LoopClient, to: LoopClient) => Promise<void>;
  const loadMove = async (): Promise<Move> => (await load<{ move: Move }>('LoopExport')).move;

  test('has the history and the goal of the old one, which is empty, however many tabs move it at once', async () => {
    const { client, openTab } = setUp({ steps: 10_000 });
    await client.record([{ steps: 1 }, { steps: 2 }]);
    const other = openTab().client;
    const moved = other.loop('walking');
    const move = await loadMove();
    await Promise.all([move(client, client.loop('walking')), move(other, moved)]);
    await moved.record({ steps: 3 });
    expect(await stepsIn(moved)).toEqual([1, 2, 3]);
    expect((await moved.inspect()).loop.goalState).toEqual({ steps: 10_000 });
    expect(await stepsIn(client)).toEqual([]);
  });

  test('keeps what was recorded since, whatever an old tab records under the old one', async () => {
    const { client } = setUp({ steps: 10_000 });
    await client.record({ steps: 1 });
    const moved = client.loop('walking');
    const move = await loadMove();
    await move(client, moved);
    await moved.record({ steps: 2 });
    await client.record({ steps: 3 });
    await move(client, moved);
    expect(await stepsIn(moved)).toEqual([1, 2]);
    expect(await stepsIn(client)).toEqual([3]);
  });

  test('of a user who recorded nothing keeps its own goal', async () => {
    const { client } = setUp({ steps: 10_000 });
    const moved = client.loop('walking', { goalState: { steps: 12_000 } });
    await (await loadMove())(client, moved);
    expect((await moved.inspect()).loop.goalState).toEqual({ steps: 12_000 });
  });
});

describe('a metric with a new name', () => {
  const rename = async (loop: LoopClient): Promise<void> =>
    (await load<{ renameMetric: () => Promise<void> }>('renameMetric', loop)).renameMetric();

  test('goes on from its value under the old name, in the goal too', async () => {
    const loop = setUp({ steps: 10_000 });
    await loop.client.record([{ steps: 4_000, timestamp: '2026-01-01T08:00:00Z' }, { steps: 6_000 }]);
    const [first] = await loop.client.history();
    await rename(loop.client);
    await loop.client.record({ stepCount: 6_500 });
    await loop.settle();
    const { goalState, suggestions } = (await loop.client.nudges()).at(-1)!;
    expect(goalState).toEqual({ stepCount: 10_000 });
    expect(suggestions[0]).toMatchObject({ stepCount: 8_000 });
    expect((await loop.client.history())[0]).toMatchObject({ at: first!.at, action: { stepCount: 4_000 } });
  });

  test('is renamed again after an old tab recorded it, and left alone where nothing has the old name', async () => {
    const loop = setUp({ steps: 10_000 });
    await loop.client.record({ steps: 1 });
    await rename(loop.client);
    await loop.client.record({ steps: 2 });
    await rename(loop.client);
    expect((await loop.client.history()).map(({ action }) => action['stepCount'])).toEqual([1, 2]);
    const changes = vi.fn<() => void>();
    loop.client.on('changed', changes);
    await rename(loop.client);
    await loop.settle();
    expect(changes).not.toHaveBeenCalled();
  });
});

test('a time under both names dates an action rightly in tabs of either release, also after a rollback', async () => {
  const { client, openTab } = setUp({ steps: 10_000 });
  const time = '2026-01-01T08:00:00Z';
  const both = { timestamp: time, when: time };
  await client.ready;
  const next = openTab({ timestampField: 'when' }).client;
  await next.record(both);
  await client.record(both);
  await expect(client.record({ ...both, when: new Date(time) })).rejects.toMatchObject({ code: 'action.invalid', details: { path: 'when' } });
  await openTab({ timestampField: 'timestamp' }).client.ready;
  await next.record(both);
  expect((await client.history()).map(({ at }) => at)).toEqual(Array(3).fill(Date.parse(time)));
  // With the new name only, it is dated now.
  await next.record({ when: time });
  expect((await client.history()).at(-1)!.at).not.toBe(Date.parse(time));
});

describe('the worker of the old place', () => {
  const removeFrom = async (found: string | undefined): Promise<number> => {
    const unregister = vi.fn<() => Promise<boolean>>(async () => true);
    const registration = found === undefined ? undefined : { scope: `https://app.example${found}`, unregister };
    vi.stubGlobal('navigator', { serviceWorker: { getRegistration: async () => registration } });
    const { removeWorker } = await load<{ removeWorker: (scope: string) => Promise<void> }>('removeWorker');
    await removeWorker('/nudgeloop/');
    return unregister.mock.calls.length;
  };

  test('is removed, and another of a wider scope is not', async () => {
    expect(await removeFrom('/nudgeloop/')).toBe(1);
    expect(await removeFrom('/')).toBe(0);
    expect(await removeFrom(undefined)).toBe(0);
  });
});
