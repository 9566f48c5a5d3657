import { createNudgeloop } from 'nudgeloop';
import { afterAll, afterEach, expect, test } from 'vitest';

// As an app's module has it; the tests of other files have other databases.
const loop = createNudgeloop({ goalState: { steps: 10_000 }, database: 'module-client', serviceWorker: false });

afterAll(() => loop.dispose());

afterEach(async () => {
  await loop.erase();
  await loop.setGoalState({ steps: 10_000 });
});

for (const which of ['one test', 'another']) {
  test(`a client that ${which} shares is as new after an erasure, once its goal is set again`, async () => {
    expect(await loop.history()).toEqual([]);
    await loop.record({ steps: 4_200 });
    expect(await loop.nudges()).toMatchObject([{ suggestions: [{ steps: 5_000 }] }]);
  });
}

test('the goal of its options is erased with the rest', async () => {
  await loop.erase();
  await loop.record({ steps: 4_200 });
  expect(await loop.nudges()).toEqual([]);
});
