import { createTestLoop, type TestLoop } from 'nudgeloop/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { save } from './save.ts';

let mockLoop: TestLoop;
vi.mock('./loop.ts', () => ({
  get loop() {
    return mockLoop.client;
  },
}));

beforeEach(() => {
  mockLoop = createTestLoop({ goalState: { steps: 10_000 } });
});

afterEach(async () => {
  await mockLoop.settle();
  mockLoop.dispose();
});

test('the app says what it saved', async () => {
  expect(await save(4_200)).toBe('Saved');
  expect(await mockLoop.client.history()).toHaveLength(1);
});

test('each test has a loop of its own', async () => {
  expect(await mockLoop.client.history()).toEqual([]);
});
