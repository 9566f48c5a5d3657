import type { Clock } from '../clock.ts';

interface Batch {
  /** When it was begun, in epoch milliseconds. */
  readonly at: number;
  readonly runs: Set<() => void>;
  readonly cancel: () => void;
}

/**
 * Makes a `schedule` that sets one timer of the browser for all of the same length that are asked for in the same
 * millisecond: calls made together are answered together as a rule, and a timer costs more than most of what else a call
 * does in the page.
 *
 * @param clock whose timers
 */
export function sharedTimers(clock: Pick<Clock, 'now' | 'schedule'>): Clock['schedule'] {
  /** The last one of each length. */
  const batches = new Map<number, Batch>();

  const begin = (ms: number, at: number): Batch => {
    const runs = new Set<() => void>();
    const fire = (): void => {
      if (batches.get(ms) === batch) batches.delete(ms);
      for (const run of runs) run();
    };
    const batch: Batch = { at, runs, cancel: clock.schedule(ms, fire) };
    batches.set(ms, batch);
    return batch;
  };

  return (ms, run) => {
    const at = clock.now();
    const last = batches.get(ms);
    const batch = last?.at === at ? last : begin(ms, at);
    const { runs, cancel } = batch;
    // One of its own: the same function may be asked for twice.
    const own = (): void => run();
    runs.add(own);
    return () => {
      if (!runs.delete(own) || runs.size > 0) return;
      cancel();
      if (batches.get(ms) === batch) batches.delete(ms);
    };
  };
}
