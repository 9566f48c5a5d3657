import { NudgeloopError } from './errors.ts';

/** Time as an argument: nothing in the loop reads a clock or sets a timer of its own. */
export interface Clock {
  /** Now, in epoch milliseconds. */
  now(): number;
  /**
   * Runs something once, later.
   *
   * @param ms milliseconds from now, however many. A clock over `setTimeout` has to cap them, since that treats more than
   * 2^31 - 1 as 0
   * @param run what to run
   * @returns a function that cancels it
   */
  schedule(ms: number, run: () => void): () => void;
}

/** Makes ids: strings that never repeat. `crypto.randomUUID` is one. */
export type IdSource = () => string;

/** A clock that moves only when you move it. */
export interface SimulatedClock extends Clock {
  /**
   * Moves time forward and runs what becomes due, in order, each at its own instant.
   *
   * @param ms how far, in milliseconds
   * @throws NudgeloopError `options.invalid` if it is not a finite number of at least 0; otherwise what a callback threw
   */
  advance(ms: number): void;
  /** When the next callback is due, in epoch milliseconds; null if nothing is scheduled. */
  nextAt(): number | null;
  /**
   * Sets the time forward or back without running anything, like a user who changes the system clock. As in a browser,
   * timers are not affected: what was to run in ten seconds still does.
   *
   * @param epochMs the new time, in epoch milliseconds
   * @throws NudgeloopError `options.invalid` if it is not a valid instant
   */
  jump(epochMs: number): void;
}

/**
 * Makes a clock for tests that moves only when you move it.
 *
 * @param start the time it starts at, in epoch milliseconds
 * @throws NudgeloopError `options.invalid` if it is not a valid instant
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
      // As in a browser, an invalid delay counts as 0.
      const timer = { at: now + Math.max(0, ms || 0), run };
      due.add(timer);
      return () => void due.delete(timer);
    },
    advance(ms) {
      if (!(Number.isFinite(ms) && ms >= 0)) throw invalid(`moved by ${String(ms)}: pass milliseconds, at least 0; jump() goes back`, 'ms');
      // The time left, not an end time: a callback may set the clock.
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
 * Wraps a clock so that it always tells a valid instant of ECMAScript. If the clock gives something else (NaN, or more than
 * 8.64e15 ms from the epoch), it answers with the last valid one.
 *
 * @param clock an app's own, or a machine's clock that was tampered with
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

/** Makes ids that count up, for tests that refer to them: `id-1`, `id-2`, … */
export function createSequentialIds(prefix = 'id'): IdSource {
  let count = 0;
  return () => `${prefix}-${(count += 1)}`;
}

/**
 * Settles like the given promise, or rejects once the time is up. The work itself can't be stopped; its late answer is
 * dropped.
 *
 * @param clock whose time
 * @param ms how long to wait, in milliseconds
 * @param work what to wait for
 * @param expired makes the error to reject with; left out where nobody reads it
 */
export function withDeadline<T>(clock: Clock, ms: number, work: PromiseLike<T>, expired = () => new Error('late')): Promise<T> {
  const end = new Promise<never>((_resolve, reject) => {
    const cancel = clock.schedule(ms, () => reject(expired()));
    work.then(cancel, cancel);
  });
  return Promise.race([work, end]);
}
