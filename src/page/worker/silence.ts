import type { Clock } from '../../clock.ts';

/** How often to check whether a stuck worker was ended, in milliseconds. The check sends nothing to the worker. */
const LOOK_MS = 1_000;

/**
 * The longest silence, in milliseconds: Firefox ends a worker that had no event for 30 seconds, plus 30 more of grace.
 * There is a limit because the work may be done by another tab, which may take as long as it likes.
 */
const QUIET_MS = 65_000;

/** Options of `createSilence`. */
export interface SilenceOptions {
  readonly clock: Pick<Clock, 'schedule'>;
  /**
   * Whether somebody is processing the pending work of a loop, as far as the browser knows. A worker that was ended is
   * not.
   */
  readonly isWorking: () => Promise<boolean>;
  /** Called when a stuck worker was ended: send what it had, and what was held back. */
  readonly resume: () => void;
}

/** Sends nothing to a worker that is stuck in its work, so that the browser can end it. */
export interface Silence {
  /** True while nothing should be sent. */
  isKept(): boolean;
  /** How many signs of life there were. */
  signs(): number;
  /** Begins the silence, if the worker is busy. */
  suspect(): void;
  /**
   * Ends the silence: there was a sign of life, a message or another worker.
   *
   * @returns true if there was a silence; then send what was held back
   */
  end(): boolean;
}

/**
 * Makes the silence of a page toward its worker. To Firefox each message is an event, which restarts the time after
 * which it ends a worker. A page that keeps calling would keep an endless loop running forever.
 */
export function createSilence({ clock, isWorking, resume }: SilenceOptions): Silence {
  let signs = 0;
  let isLooking = false;
  let isKept = false;
  let cancelLook = (): void => undefined;
  let cancelEnd = (): void => undefined;

  const stop = (): boolean => {
    const wasKept = isKept;
    cancelLook();
    cancelEnd();
    isLooking = isKept = false;
    return wasKept;
  };

  const giveUp = (): void => {
    if (stop()) resume();
  };

  const look = (): void => {
    const before = signs;
    void isWorking().catch(() => false).then((isStuck) => {
      if (signs !== before || !isLooking) return;
      if (!isStuck) return giveUp();
      if (!isKept) cancelEnd = clock.schedule(QUIET_MS, giveUp);
      isKept = true;
      cancelLook = clock.schedule(LOOK_MS, look);
    });
  };

  return {
    isKept: () => isKept,
    signs: () => signs,
    suspect() {
      if (isLooking) return;
      isLooking = true;
      look();
    },
    end() {
      signs += 1;
      return stop();
    },
  };
}
