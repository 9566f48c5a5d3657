/** Days a second, or all at once. */
export type Speed = number | 'all';

/** The state of a player. */
export interface PlayerState {
  readonly phase: 'stopped' | 'playing' | 'paused' | 'finished';
  /** How many days were played; also the index of the next one. */
  readonly position: number;
  readonly length: number;
}

/** Plays one person's days into the loop. */
export interface Player {
  state(): PlayerState;
  /** Continues from the current position, or from the first day if it had finished. Settles when it no longer plays. */
  play(): Promise<void>;
  /** Settles once the day in progress has its receipt. */
  pause(): Promise<void>;
  /** Ends playing and returns to the first day. Recorded days stay. */
  stop(): void;
  /** Takes effect with the next day. */
  setSpeed(speed: Speed): void;
}

export interface PlayerOptions {
  readonly length: number;
  readonly position: number;
  readonly speed: Speed;
  /** Records one day; the next one waits for its receipt. */
  readonly record: (index: number) => Promise<unknown>;
  readonly onChange: (state: PlayerState) => void;
  readonly onFailure: (error: unknown) => void;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Makes a player, paused at the given position. */
export function createPlayer({ length, record, onChange, onFailure, ...start }: PlayerOptions): Player {
  let { position, speed } = start;
  let phase: PlayerState['phase'] = position === 0 ? 'stopped' : position < length ? 'paused' : 'finished';
  // Each press starts a new run, and the previous one sees that it is over. `rewinds` tells a day that ends after a
  // stop.
  let run = 0;
  let rewinds = 0;
  let busy = Promise.resolve();
  let underWay: Promise<unknown> = busy;
  /** Days that are stored although an earlier one was refused: they must not be recorded again. */
  const ahead = new Set<number>();

  const state = (): PlayerState => ({ phase, position, length });
  const enter = (next: PlayerState['phase']): void => {
    phase = next;
    onChange(state());
  };

  /** Records some of the remaining days, and advances past those that are stored. */
  const recordNext = async (amount: number): Promise<void> => {
    const before = rewinds;
    const left = Array.from({ length: length - position }, (_, index) => position + index).filter((day) => !ahead.has(day));
    // One call for each day, even if all go at once: each is an action of its own, with its own suggestion.
    const calls = left.slice(0, amount).map(async (day) => {
      await record(day);
      return day;
    });
    // Wait for all of them even after a refusal: only their answers tell which ones to record again.
    const all = Promise.allSettled(calls);
    underWay = all;
    const outcomes = await all;
    if (before === rewinds) {
      for (const outcome of outcomes) if (outcome.status === 'fulfilled') ahead.add(outcome.value);
      while (ahead.delete(position)) position += 1;
      // If the pause came after the last day was sent, there is nothing left to resume.
      if (phase === 'paused' && position >= length) enter('finished');
      else onChange(state());
    }
    const refused = outcomes.find((outcome) => outcome.status === 'rejected');
    if (refused !== undefined) throw refused.reason;
  };

  const go = async (mine: number): Promise<void> => {
    try {
      while (mine === run && position < length) {
        const began = performance.now();
        await recordNext(speed === 'all' ? length : 1);
        if (mine === run && position < length && speed !== 'all') await sleep(1_000 / speed - (performance.now() - began));
      }
      if (mine === run) enter('finished');
    } catch (error) {
      if (mine === run) enter('paused');
      onFailure(error);
    }
  };

  return {
    state,
    play() {
      if (phase === 'playing') return busy;
      if (position >= length) position = 0;
      run += 1;
      const mine = run;
      enter('playing');
      // After the previous run has ended: its last day may still be in progress.
      busy = busy.then(() => go(mine));
      return busy;
    },
    async pause() {
      if (phase === 'playing') {
        run += 1;
        enter('paused');
      }
      await underWay;
    },
    stop() {
      run += 1;
      rewinds += 1;
      position = 0;
      ahead.clear();
      enter('stopped');
    },
    setSpeed(next) {
      speed = next;
    },
  };
}
