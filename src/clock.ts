/** Time as an argument: nothing in the loop reads a clock or sets a timer of its own. */
export interface Clock {
  /** Now, in epoch milliseconds. */
  now(): number;
  /**
   * Runs something once, later.
   *
   * @param ms how long from now, in milliseconds
   * @param run what to do
   * @returns a function that calls it off
   */
  schedule(ms: number, run: () => void): () => void;
}

/** Makes ids: strings that never repeat. `crypto.randomUUID` is one. */
export type IdSource = () => string;

/** A clock that moves only when told to. */
export interface SimulatedClock extends Clock {
  /**
   * Moves time forward and runs what falls due, in order, each at its own instant.
   *
   * @param ms how far, in milliseconds
   */
  advance(ms: number): void;
  /** When the next thing falls due, in epoch milliseconds; null when nothing is scheduled. */
  nextAt(): number | null;
  /** Sets the time without running anything, forward or back, as a user who changes the system clock does. */
  jump(epochMs: number): void;
}

/**
 * Makes a clock for tests, whose every tick is yours.
 *
 * @param start where it begins, in epoch milliseconds
 *
 * @example
 * ```ts
 * import { createSimulatedClock } from 'nudgeloop/testing';
 *
 * const clock = createSimulatedClock(0);
 * clock.schedule(5_000, () => console.log('due'));
 * clock.advance(5_000); // prints due
 * ```
 */
export function createSimulatedClock(start = 0): SimulatedClock {
  let now = start;
  const due = new Set<{ readonly at: number; readonly run: () => void }>();
  return {
    now: () => now,
    schedule(ms, run) {
      const timer = { at: now + ms, run };
      due.add(timer);
      return () => void due.delete(timer);
    },
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const next = [...due].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        due.delete(next);
        now = Math.max(now, next.at);
        next.run();
      }
      now = end;
    },
    nextAt: () => (due.size === 0 ? null : Math.min(...[...due].map(({ at }) => at))),
    jump(epochMs) {
      now = epochMs;
    },
  };
}

/**
 * Makes of any clock one that always tells an instant: what is no instant of ECMAScript (NaN, or further than 8.64e15 ms
 * from the epoch) is answered with the last one that was.
 *
 * @param clock an app's own, or a machine's that somebody broke
 */
export function steadyClock(clock: Clock): Clock {
  let last = 0;
  return {
    now() {
      const now = clock.now();
      if (Math.abs(now) <= 8.64e15) last = now;
      return last;
    },
    schedule: (ms, run) => clock.schedule(ms, run),
  };
}

/** Makes ids that count up, for tests that want to name them: `id-1`, `id-2`, … */
export function createSequentialIds(prefix = 'id'): IdSource {
  let count = 0;
  return () => `${prefix}-${(count += 1)}`;
}

/**
 * Settles like the given promise, or rejects once the time is up. The work itself is not stopped: nothing can stop a
 * promise; its late answer is dropped.
 *
 * @param clock whose time
 * @param ms how long to wait, in milliseconds
 * @param work what to wait for
 * @param expired makes the error for the rejection
 */
export function withDeadline<T>(clock: Clock, ms: number, work: PromiseLike<T>, expired: () => Error): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const cancel = clock.schedule(ms, () => reject(expired()));
    work.then(
      (value) => {
        cancel();
        resolve(value);
      },
      (error: unknown) => {
        cancel();
        reject(error instanceof Error ? error : new Error('rejected with a value that is no error'));
      },
    );
  });
}
