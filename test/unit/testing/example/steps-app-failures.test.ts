import { createMemoryPersistence, createSequentialIds, createTestLoop } from 'nudgeloop/testing';
import { expect, test } from 'vitest';
import { startStepsApp } from './steps-app.ts';

async function setUp() {
  const loop = createTestLoop({ goalState: { steps: 10_000 } });
  const app = startStepsApp(loop.client);
  await loop.client.ready;
  const steps = async () => (await loop.client.history()).map(({ action }) => action['steps']);
  return { loop, app, steps };
}

test('the app says that the disk is full, and saves again once it is not', async () => {
  const { loop, app, steps } = await setUp();
  loop.storage.failWrites('storage.quota');
  await app.save(4_200);
  expect(app.screen.notice).toBe('Not saved: your disk is full.');
  loop.storage.heal();
  await app.save(4_300);
  expect(app.screen.notice).toBe('');
  expect(await steps()).toEqual([4_300]);
});

test('the app shows that it is saving as long as the disk hangs, and gives up after ten seconds', async () => {
  const { loop, app, steps } = await setUp();
  loop.storage.hold();
  const saving = app.save(4_200);
  await loop.advance(9_999);
  expect(app.screen.isSaving).toBe(true);
  await loop.advance(1);
  await saving;
  expect(app.screen).toMatchObject({ isSaving: false, notice: 'Perhaps not saved. Look at your history.' });
  loop.storage.release();
  expect(await steps()).toEqual([4_200]);
});

test('the app says that the history is gone', async () => {
  const { loop, app, steps } = await setUp();
  await app.save(4_200);
  await loop.storage.loseDatabase();
  expect(await steps()).toEqual([]);
  expect(app.screen.notice).toBe('The browser deleted your history.');
});

test('the app says that nothing is kept where there is no storage', async () => {
  const persistence = createMemoryPersistence({ newId: createSequentialIds('epoch') });
  const app = startStepsApp(createTestLoop({ persistence }).client);
  await app.save(4_200);
  expect(app.screen.notice).toBe('Kept until you close the browser.');
});

test.each(['before-commit', 'after-commit'] as const)('what the app saves counts once when the worker dies %s', async (when) => {
  const { loop, app, steps } = await setUp();
  loop.killWorker(when);
  const saving = app.save(4_200);
  await loop.advance(1_000);
  await saving;
  expect(app.screen).toEqual({ advice: 'Try 5000 steps', notice: '', isSaving: false });
  expect(await steps()).toEqual([4_200]);
  expect(loop.workerStarts()).toBe(2);
});

test('what the app saves counts once, however many messages are lost or come twice', async () => {
  const { loop, app, steps } = await setUp();
  loop.messages.double();
  loop.messages.lose(undefined, 0.3);
  const saving = [1, 2, 3, 4, 5].map((count) => app.save(count));
  await loop.advance(10_000);
  await Promise.all(saving);
  loop.messages.heal();
  expect(await steps()).toEqual([1, 2, 3, 4, 5]);
});

test('the app knows that it cannot know when no answer comes at all', async () => {
  const { loop, app } = await setUp();
  loop.messages.lose();
  const saving = app.save(4_200);
  await loop.advance(10_000);
  await saving;
  expect(app.screen.notice).toBe('Perhaps not saved. Look at your history.');
});
