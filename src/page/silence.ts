import type { Clock } from '../clock.ts';

/**
 * How long a stuck worker is left alone, in milliseconds. Firefox ends one that had no event for 30 seconds, and 30 more of
 * grace; each message begins that anew, so a page that goes on calling would keep an endless loop running for good.
 */
const QUIET_MS = 65_000;

/** Leaves a worker alone that is stuck, so that the browser can end it. */
export interface Silence {
  /** True while nothing should be sent. */
  isKept(): boolean;
  /** How often anything came until now. */
  heard(): number;
  /** Begins it. */
  keep(): void;
  /** Ends it, because something came: whatever it was, the worker is not stuck. */
  broken(): void;
}

/**
 * Makes the silence of a page towards its worker.
 *
 * @param clock measures how long it is kept
 * @param resume called at its end; what was held back, or what the ended worker had, is to be sent
 */
export function createSilence(clock: Pick<Clock, 'schedule'>, resume: () => void): Silence {
  let heard = 0;
  /** Calls its end off; there while it is kept. */
  let cancel: (() => void) | undefined;

  const end = (): void => {
    if (cancel === undefined) return;
    cancel();
    cancel = undefined;
    resume();
  };

  return {
    isKept: () => cancel !== undefined,
    heard: () => heard,
    keep: () => void (cancel ??= clock.schedule(QUIET_MS, end)),
    broken() {
      heard += 1;
      end();
    },
  };
}
