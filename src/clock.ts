import { NudgeloopError } from './errors.ts';

/** Time as an argument: nothing in the loop reads a clock or sets a timer of its own. */
export interface Clock {
  /** Now, in epoch milliseconds. */
  now(): number;
  /**
   * Runs something once, later.
   *
   * @param ms how long from now, in milliseconds, however long: `setTimeout` takes more than 2^31 - 1 for nothing, so a clock over it caps them
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
   * @throws NudgeloopError `options.invalid` for what is no number, or has no end; else what one of those that ran threw
   */
  advance(ms: number): void;
  /** When the next thing falls due, in epoch milliseconds; null when nothing is scheduled. */
  nextAt(): number | null;
  /**
   * Sets the time without running anything, forward or back, as a user who changes the system clock does. Timers take no
   * notice, as in a browser: what was to run in ten seconds still does.
   *
   * @param epochMs what the clock is to say, in epoch milliseconds
   * @throws NudgeloopError `options.invalid` for what is no instant
   */
  jump(epochMs: number): void;
}

/**
 * Makes a clock for tests, whose every tick is yours.
 *
 * @param start where it begins, in epoch milliseconds
 * @throws NudgeloopError `options.invalid` for what is no instant
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
  let now = checkedInstant(start, 'start');
  const due = new Set<{ at: number; readonly run: () => void }>();
  const first = () => [...due].sort((a, b) => a.at - b.at)[0];
  return {
    now: () => now,
    schedule(ms, run) {
      // What is no time to wait is none, as a browser has it.
      const timer = { at: now + Math.max(0, ms || 0), run };
      due.add(timer);
      return () => void due.delete(timer);
    },
    advance(ms) {
      if (!Number.isFinite(ms)) throw invalid(`moved by ${String(ms)}: pass milliseconds`, 'ms');
      // What is left, not an end: what runs may set the clock.
      let left = ms;
      for (let next = first(); next !== undefined && next.at - now <= left; next = first()) {
        due.delete(next);
        left -= next.at - now;
        now = next.at;
        next.run();
      }
      now += left;
    },
    nextAt: () => first()?.at ?? null,
    jump(epochMs) {
      const before = now;
      now = checkedInstant(epochMs, 'epochMs');
      for (const timer of due) timer.at += now - before;
    },
  };
}

function checkedInstant(epochMs: number, option: string): number {
  if (typeof epochMs === 'number' && Math.abs(epochMs) <= 8.64e15) return epochMs;
  throw invalid(`set to ${String(epochMs)}: pass epoch milliseconds`, option);
}

function invalid(what: string, option: string): NudgeloopError {
  return new NudgeloopError('options.invalid', `A simulated clock can't be ${what}.`, { option });
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
 * @param expired makes the error for the rejection; left out where nobody looks at it
 */
export function withDeadline<T>(clock: Clock, ms: number, work: PromiseLike<T>, expired = () => new Error('late')): Promise<T> {
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
