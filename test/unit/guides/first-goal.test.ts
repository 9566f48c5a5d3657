import { join } from 'node:path';
import { createTestLoop, type LoopClient, type TestLoop } from 'nudgeloop/testing';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { readText } from '../../../docs/site/repository.ts';
import { guideFiles, writeGuide } from '../../guides/guide-files.ts';

const opened: TestLoop[] = [];
afterEach(() => opened.splice(0).forEach((loop) => loop.dispose()));

describe.each(['svelte', 'vue'])('the goal to begin with, of the guide for %s,', (guide) => {
  /** Runs the guide's own `loop.ts`, over a client that is made there. */
  const visit = async (createNudgeloop: () => LoopClient): Promise<void> => {
    vi.resetModules();
    vi.doMock('nudgeloop', () => ({ createNudgeloop }));
    const name = `guides/${guide}`;
    const folder = await writeGuide(name, guideFiles(name).filter((file) => file.name === 'loop.ts'));
    await import(/* @vite-ignore */ join(folder, 'loop.ts'));
  };

  const setUp = async (): Promise<TestLoop> => {
    let loop!: TestLoop;
    await visit(() => (loop = createTestLoop()).client);
    opened.push(loop);
    expect(await goalOf(loop)).toEqual({ steps: 10_000 });
    return loop;
  };

  const goalOf = async ({ client, settle }: TestLoop): Promise<unknown> => {
    await settle();
    return (await client.inspect()).loop.goalState;
  };

  test('leaves one alone that the user chose', async () => {
    const loop = await setUp();
    await loop.client.setGoalState({ steps: 12_000 });
    await visit(() => loop.reload());
    expect(await goalOf(loop)).toEqual({ steps: 12_000 });
  });

  test.each([
    ['this loop was erased', ({ client }: TestLoop) => client.erase()],
    ['all was erased', ({ client }: TestLoop) => client.erase({ all: true })],
    ['another tab erased this loop', (loop: TestLoop) => loop.openTab().client.erase()],
    ['another tab erased all', (loop: TestLoop) => loop.openTab().client.erase({ all: true })],
  ])('is set again when %s', async (_what, erase) => {
    const loop = await setUp();
    await loop.client.setGoalState({ steps: 12_000 });
    await erase(loop);
    expect(await goalOf(loop)).toEqual({ steps: 10_000 });
  });

  test('is set again when the browser lost the database, which this visit had put no goal into', async () => {
    const loop = await setUp();
    await visit(() => loop.reload());
    expect(await goalOf(loop)).toEqual({ steps: 10_000 });
    await loop.storage.loseDatabase();
    await loop.client.record({ steps: 4_200 });
    expect(await goalOf(loop)).toEqual({ steps: 10_000 });
  });
});

test.each(['vite-vue/src', 'nuxt/app'])("the fixture %s has the guide's own code", (folder) => {
  const { code } = guideFiles('guides/vue').find(({ name }) => name === 'loop.ts')!;
  expect(code.replace('// loop.ts\n', '').trim()).toBe(readText(`fixtures/${folder}/loop.ts`).trim());
});

test("the recipe for Nuxt has the sample app's own configuration", () => {
  const { code } = guideFiles('recipes/nuxt').find(({ name }) => name === 'nuxt.config.ts')!;
  expect(code.replace('// nuxt.config.ts\n', '').trim()).toBe(readText('fixtures/nuxt/nuxt.config.ts').trim());
});
