import type { Clock } from '../clock.ts';

/** How often it is looked whether a stuck worker was ended, in milliseconds. The look is none that the worker has to answer. */
const LOOK_MS = 1_000;

/** Options of `createSilence`. */
export interface SilenceOptions {
  readonly clock: Pick<Clock, 'schedule'>;
  /** Whether somebody is at the pending work of a loop, as the browser knows it: a worker that was ended is not. Never rejects. */
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
 * Makes the silence of a page towards its worker. Firefox ends a worker that had no event for 30 seconds, and 30 more of
 * grace, and each message begins that anew: a page that goes on calling would keep an endless loop running for good.
 */
export function createSilence({ clock, isWorking, resume }: SilenceOptions): Silence {
  let signs = 0;
  let isLooking = false;
  let isKept = false;
  let cancel = (): void => undefined;

  const stop = (): boolean => {
    const wasKept = isKept;
    cancel();
    isLooking = isKept = false;
    return wasKept;
  };

  const look = (): void => {
    const before = signs;
    void isWorking().then((isStuck) => {
      if (signs !== before) return;
      if (!isStuck) return stop() ? resume() : undefined;
      isKept = true;
      cancel = clock.schedule(LOOK_MS, look);
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
