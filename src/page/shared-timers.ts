import type { Clock } from '../clock.ts';

interface Batch {
  /** When it was begun, in epoch milliseconds. */
  readonly at: number;
  readonly runs: Set<() => void>;
  cancel: () => void;
}

/**
 * Makes a `schedule` that sets one timer of the browser for all of the same length that are asked for at once: calls made
 * together are answered together as a rule, and a timer costs more than most of what else a call does in the page. In a
 * page that could do nothing for a while its time comes before the answers that are there: it lets them be heard first.
 *
 * @param clock whose timers
 */
export function sharedTimers(clock: Pick<Clock, 'now' | 'schedule'>): Clock['schedule'] {
  /** Those that may be joined, by their length. */
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
    // One of its own: the same function may be asked for twice.
    const own = (): void => run();
    runs.add(own);
    return () => {
      if (!runs.delete(own) || runs.size > 0) return;
      batch.cancel();
      close(ms, batch);
    };
  };
}
