import { createTestLoop } from 'nudgeloop/testing';
import { expect, test } from 'vitest';
import { gentle } from './gentle-strategy.ts';
import { startStepsApp } from './steps-app.ts';

function setUp() {
  const loop = createTestLoop({
    goalState: { steps: 10_000 },
    strategy: { type: 'gentle' },
    worker: { strategies: { gentle: () => gentle } },
  });
  return { loop, app: startStepsApp(loop.client) };
}

test('the app shows advice, and takes it away when it is dismissed', async () => {
  const { loop, app } = setUp();
  await app.save(4_200);
  await loop.settle();
  expect(app.screen).toEqual({ advice: 'Try 4450 steps', notice: '', isSaving: false });
  await app.dismiss();
  await loop.settle();
  expect(app.screen.advice).toBe('');
});

test('advice starts from what was recorded on earlier days', async () => {
  const loop = createTestLoop({ goalState: { steps: 10_000 } });
  const app = startStepsApp(loop.client);
  await loop.client.record([{ steps: 6_000, timestamp: loop.clock.now() - 86_400_000 }]);
  await app.save(4_200);
  await loop.settle();
  expect(app.screen.advice).toBe('Try 8000 steps');
});

test('advice that nobody dismissed is there again after a reload', async () => {
  const { loop, app } = setUp();
  await app.save(4_200);
  const again = startStepsApp(loop.reload());
  await loop.settle();
  expect(again.screen.advice).toBe('Try 4450 steps');
});

test('advice that is dismissed in one tab goes away in the other', async () => {
  const { loop, app } = setUp();
  const other = startStepsApp(loop.openTab().client);
  await app.save(4_200);
  await loop.settle();
  expect(other.screen.advice).toBe('Try 4450 steps');
  await app.dismiss();
  await loop.settle();
  expect(other.screen.advice).toBe('');
});

test('advice comes a minute later when the strategy fails at first', async () => {
  let isBroken = true;
  const moody: typeof gentle = {
    suggestActions(...given) {
      if (isBroken) throw new Error('not now');
      return gentle.suggestActions(...given);
    },
  };
  const loop = createTestLoop({ goalState: { steps: 10_000 }, worker: { strategy: moody } });
  const app = startStepsApp(loop.client);
  await app.save(4_200);
  await loop.settle();
  isBroken = false;
  expect(app.screen.advice).toBe('');
  await loop.advance(60_000);
  expect(app.screen.advice).toBe('Try 4450 steps');
});

test('without a service worker the app works the same', async () => {
  const loop = createTestLoop({ goalState: { steps: 10_000 }, serviceWorker: 'unsupported' });
  const app = startStepsApp(loop.client);
  await app.save(4_200);
  expect(app.screen.advice).toBe('Try 5000 steps');
  expect(loop.client.state()).toMatchObject({ host: 'page', fallbackReason: 'unsupported' });
});
