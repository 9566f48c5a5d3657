import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPlayer, type PlayerOptions, type PlayerState } from '../../../demo/play/player.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A player whose days take until `receipt` is called, and what became of it. */
function setUp(options: Partial<PlayerOptions> = {}) {
  const recorded: number[] = [];
  const states: PlayerState[] = [];
  const failures: unknown[] = [];
  const receipts: (() => void)[] = [];
  const player = createPlayer({
    length: 5,
    position: 0,
    speed: 2,
    record: (index) => {
      recorded.push(index);
      return new Promise<void>((resolve) => receipts.push(resolve));
    },
    onChange: (state) => void states.push(state),
    onFailure: (error) => void failures.push(error),
    ...options,
  });
  const receipt = async (): Promise<void> => {
    receipts.shift()?.();
    await vi.advanceTimersByTimeAsync(0);
  };
  return { player, recorded, states, failures, receipt };
}

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

test('each day waits for the receipt of the one before, and for its time', async () => {
  const { player, recorded, receipt } = setUp();
  void player.play();
  await settle();
  await receipt();
  await vi.advanceTimersByTimeAsync(499);
  expect(recorded).toEqual([0]);
  await vi.advanceTimersByTimeAsync(1);
  expect(recorded).toEqual([0, 1]);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(recorded).toEqual([0, 1]);
  await receipt();
  expect(recorded).toEqual([0, 1, 2]);
});

test('all at once are calls of their own, and then it has finished', async () => {
  const { player, recorded, receipt } = setUp({ speed: 'all', position: 1 });
  const over = player.play();
  await settle();
  expect(recorded).toEqual([1, 2, 3, 4]);
  for (let day = 0; day < 4; day += 1) await receipt();
  await over;
  expect(player.state()).toEqual({ phase: 'finished', position: 5, length: 5 });
});

test('a pause settles when the day under way has its receipt, and so does playing', async () => {
  const { player, receipt } = setUp();
  const settled: string[] = [];
  void player.play().then(() => settled.push('played'));
  await settle();
  void player.pause().then(() => settled.push('paused'));
  await settle();
  expect(settled).toEqual([]);
  expect(player.state().phase).toBe('paused');
  await receipt();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(new Set(settled)).toEqual(new Set(['paused', 'played']));
  expect(player.state().position).toBe(1);
});

test('a day that ends after a stop does not move the beginning', async () => {
  const { player, recorded, receipt } = setUp();
  void player.play();
  await settle();
  player.stop();
  await receipt();
  expect(player.state()).toMatchObject({ phase: 'stopped', position: 0 });
  void player.play();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(recorded).toEqual([0, 0]);
});

test('a refused day pauses, says why, and is played again at the next press', async () => {
  const { player, failures } = setUp({ record: async () => Promise.reject(new Error('full')) });
  await player.play();
  expect(failures).toEqual([new Error('full')]);
  expect(player.state()).toMatchObject({ phase: 'paused', position: 0 });
});

/** A player of five days, all at once, that refuses some of them the first time; the others get their receipts by hand. */
function setUpRefusing(...refused: readonly number[]) {
  const still = new Set(refused);
  const recorded: number[] = [];
  const receipts = new Map<number, () => void>();
  const set = setUp({
    speed: 'all',
    record: (index) => {
      recorded.push(index);
      if (still.delete(index)) return Promise.reject(new Error(`day ${index}`));
      return new Promise<void>((resolve) => receipts.set(index, resolve));
    },
  });
  const receive = async (...days: readonly number[]): Promise<void> => {
    for (const day of days) receipts.get(day)?.();
    await settle();
  };
  return { ...set, recorded, receive };
}

test('all at once, a refused day is recorded again and no other twice', async () => {
  const { player, recorded, failures, receive } = setUpRefusing(1, 3);
  void player.play();
  await settle();
  await receive(0, 2, 4);
  expect(failures).toEqual([new Error('day 1')]);
  expect(player.state()).toMatchObject({ phase: 'paused', position: 1 });

  const over = player.play();
  await settle();
  expect(recorded).toEqual([0, 1, 2, 3, 4, 1, 3]);
  await receive(1, 3);
  await over;
  expect(player.state()).toMatchObject({ phase: 'finished', position: 5 });
});

test('day by day after a refusal, those that are stored already are passed over', async () => {
  const { player, recorded, receive } = setUpRefusing(1, 4);
  void player.play();
  await settle();
  await receive(0, 2, 3);
  player.setSpeed(2);
  void player.play();
  await settle();
  await receive(1);
  await vi.advanceTimersByTimeAsync(500);
  expect(recorded).toEqual([0, 1, 2, 3, 4, 1, 4]);
});

test('a pause after a refusal waits for the days that are still under way', async () => {
  const { player, receive } = setUpRefusing(0);
  const settled: string[] = [];
  void player.play();
  await settle();
  void player.pause().then(() => settled.push('paused'));
  await receive(1, 2, 3);
  expect(settled).toEqual([]);
  await receive(4);
  expect(settled).toEqual(['paused']);
});

test('after a refusal and a stop, every day is played again', async () => {
  const { player, recorded, receive } = setUpRefusing(0);
  void player.play();
  await settle();
  await receive(1, 2, 3, 4);
  player.stop();
  void player.play();
  await settle();
  expect(recorded.slice(5)).toEqual([0, 1, 2, 3, 4]);
});

test('a pause that comes when all days are under way leaves nothing to resume', async () => {
  const { player, receive } = setUpRefusing();
  void player.play();
  await settle();
  void player.pause();
  await receive(0, 1, 2, 3, 4);
  expect(player.state()).toEqual({ phase: 'finished', position: 5, length: 5 });
});
