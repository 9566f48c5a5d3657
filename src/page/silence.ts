import type { Clock } from '../clock.ts';

/** How often it is looked whether a stuck worker was ended, in milliseconds. The look is none that the worker has to answer. */
const LOOK_MS = 1_000;

/**
 * How long it is kept at the most, in milliseconds: Firefox ends a worker that had no event for 30 seconds, after 30 more of grace. Who
 * is at work may be another tab, for as long as that likes.
 */
const QUIET_MS = 65_000;

/** Options of `createSilence`. */
export interface SilenceOptions {
  readonly clock: Pick<Clock, 'schedule'>;
  /** Whether somebody is at the pending work of a loop, as the browser knows it: a worker that was ended is not. */
  readonly isWorking: () => Promise<boolean>;
  /** Called when a stuck worker was ended: what it had, and what was held back, is to be sent. */
  readonly resume: () => void;
}

/** Leaves a worker alone while it is stuck in its work, so that the browser can end it. */
export interface Silence {
  /** True while nothing should be sent. */
  isKept(): boolean;
  /** Signs of life until now. */
  signs(): number;
  /** Begins it, if the worker is at work. */
  suspect(): void;
  /**
   * Ends it: there was a sign of life.
   *
   * @returns true when it was kept, and what was held back is to be sent
   */
  end(): boolean;
}

/**
 * Makes the silence of a page towards its worker. To Firefox each message is an event, and begins the time anew after which it
 * ends a worker: a page that goes on calling would keep an endless loop running for good.
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
