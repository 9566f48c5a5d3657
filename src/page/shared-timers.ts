import type { Clock } from '../clock.ts';

interface Batch {
  /** When it was started, in epoch milliseconds. */
  readonly at: number;
  readonly runs: Set<() => void>;
  cancel: () => void;
}

/**
 * How many timers, one after the other, measure a deadline. A sleep of the machine ends only the one that is set then,
 * and so counts as this part of the deadline at most. No clock is read for that, since it may be set back. No more than
 * four, because Chromium holds up longer chains in hidden pages.
 */
const DEADLINE_PARTS = 4;

/**
 * Makes a `schedule` that sets one browser timer for all waits of the same length that are requested at once. Calls made
 * together are usually answered together, and a timer costs more than most of what a call does in the page. If the page
 * was blocked for a while, a timer would fire before answers that have already arrived, so it lets these be handled
 * first.
 *
 * @param clock whose timers
 * @param parts how many timers, one after the other, make up a wait. By default as for a deadline
 */
export function sharedTimers(clock: Pick<Clock, 'now' | 'schedule'>, parts = DEADLINE_PARTS): Clock['schedule'] {
  /** The batches that can still be joined, by length. */
  const open = new Map<number, Batch>();

  const begin = (ms: number, at: number): Batch => {
    const runs = new Set<() => void>();
    const runAll = (): void => runs.forEach((run) => run());
    const wait = (left: number): (() => void) => (left > 0 ? clock.schedule(ms / parts, () => void (batch.cancel = wait(left - 1))) : clock.schedule(0, runAll));
    const batch: Batch = { at, runs, cancel: wait(parts) };
    open.set(ms, batch);
    // Only within one turn: the wall clock may stand still, or be set back.
    void Promise.resolve().then(() => open.delete(ms));
    return batch;
  };

  return (ms, run) => {
    const at = clock.now();
    const last = open.get(ms);
    // A batch without waits was canceled.
    const batch = last?.at === at && last.runs.size > 0 ? last : begin(ms, at);
    const { runs } = batch;
    // A function of its own: the same `run` may be scheduled twice.
    const own = (): void => run();
    runs.add(own);
    return () => {
      if (runs.delete(own) && runs.size === 0) batch.cancel();
    };
  };
}
