import { createTestLoop, type TestLoop } from 'nudgeloop/testing';
import type { Action, NudgeloopClient } from 'nudgeloop';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loadRecipe } from '../../guides/load-recipe.ts';

interface Recipe {
  readonly loop: NudgeloopClient | undefined;
  record(action: Action): Promise<void>;
  agreed(): Promise<void>;
  refused(): Promise<void>;
}

beforeEach(() => void vi.resetModules());
afterEach(() => vi.doUnmock('nudgeloop'));

/** The module of the recipe, and the loops that it made. */
async function setUp(over: (client: NudgeloopClient) => NudgeloopClient = (client) => client) {
  const made: TestLoop[] = [];
  const createNudgeloop = (options: object): NudgeloopClient => {
    const loop = createTestLoop(options);
    made.push(loop);
    return over(loop.client);
  };
  vi.doMock('nudgeloop', () => ({ createNudgeloop }));
  return { app: await loadRecipe<Recipe>('ask-first', 'agreed'), made };
}

const stepsOf = async (loop: NudgeloopClient | undefined): Promise<unknown[]> =>
  (await loop!.history()).map(({ action }) => action['steps']);

test('nothing is made before the user agrees, and what was recorded until then is stored at once afterwards', async () => {
  const { app, made } = await setUp();
  await app.record({ steps: 1 });
  await app.record({ steps: 2 });
  expect(made).toEqual([]);
  await app.agreed();
  await app.agreed();
  await app.record({ steps: 3 });
  expect(await stepsOf(app.loop)).toEqual([1, 2, 3]);
  expect(made).toHaveLength(1);
});

test('a user who says no is not recorded from then on', async () => {
  const { app, made } = await setUp();
  await app.record({ steps: 1 });
  await app.refused();
  await app.record({ steps: 2 });
  expect(made).toEqual([]);
  await app.agreed();
  expect(await stepsOf(app.loop)).toEqual([]);
});

test('a user who withdraws leaves nothing, and open tabs record no more', async () => {
  const { app, made } = await setUp();
  await app.agreed();
  await app.record({ steps: 1 });
  await app.refused();
  expect(app.loop).toBeUndefined();
  await app.record({ steps: 2 });
  expect(await made[0]!.reload().history()).toEqual([]);
});

test('a tab stops when another one withdraws', async () => {
  const { app, made } = await setUp();
  await app.agreed();
  await app.record({ steps: 1 });
  const other = made[0]!.openTab();
  await other.client.erase({ all: true });
  await made[0]!.settle();
  expect(app.loop).toBeUndefined();
  await app.record({ steps: 2 });
  expect(await other.client.history()).toEqual([]);
});

test('a user who withdraws is not recorded any more, also if the erasure fails, and it can be tried again', async () => {
  const erase = vi.fn<NudgeloopClient['erase']>();
  const { app, made } = await setUp((client) => ({ ...client, erase: erase.mockImplementation(client.erase) }));
  await app.agreed();
  await app.record({ steps: 1 });
  erase.mockRejectedValueOnce(new Error('no room'));
  await expect(app.refused()).rejects.toThrow('no room');
  await app.record({ steps: 2 });
  expect(await stepsOf(app.loop)).toEqual([1]);
  await app.refused();
  expect(erase).toHaveBeenCalledTimes(2);
  expect(await made[0]!.reload().history()).toEqual([]);
});

test('one action that is refused does not take the others that waited with it', async () => {
  const { app } = await setUp();
  await app.record({ steps: 1 });
  await app.record({ steps: Number.NaN });
  await app.record({ steps: 3 });
  await app.agreed().catch(() => undefined);
  expect(await stepsOf(app.loop)).toEqual([1, 3]);
});
