import type { Clock } from '../clock.ts';

interface Batch {
  /** When it was started, in epoch milliseconds. */
  readonly at: number;
  readonly runs: Set<() => void>;
  cancel: () => void;
}

/**
 * Makes a `schedule` that sets one browser timer for all waits of the same length that are requested at once. Calls made
 * together are usually answered together, and a timer costs more than most of what a call does in the page. If the page
 * was
 * blocked for a while, a timer would fire before answers that have already arrived, so it lets these be handled first.
 *
 * @param clock whose timers
 */
export function sharedTimers(clock: Pick<Clock, 'now' | 'schedule'>): Clock['schedule'] {
  /** The batches that can still be joined, by length. */
  const open = new Map<number, Batch>();

  const begin = (ms: number, at: number): Batch => {
    const runs = new Set<() => void>();
    const runAll = (): void => runs.forEach((run) => run());
    const batch: Batch = { at, runs, cancel: clock.schedule(ms, () => void (batch.cancel = clock.schedule(0, runAll))) };
    open.set(ms, batch);
    // Only within one turn: the wall clock may stand still, or be set back.
    void Promise.resolve().then(() => close(ms, batch));
    return batch;
  };

  const close = (ms: number, batch: Batch): void => {
    if (open.get(ms) === batch) open.delete(ms);
  };

  return (ms, run) => {
    const at = clock.now();
    const last = open.get(ms);
    const batch = last?.at === at ? last : begin(ms, at);
    const { runs } = batch;
    // A function of its own: the same `run` may be scheduled twice.
    const own = (): void => run();
    runs.add(own);
    return () => {
      if (!runs.delete(own) || runs.size > 0) return;
      batch.cancel();
      close(ms, batch);
    };
  };
}
