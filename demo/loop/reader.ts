/** The pause between two readings, in milliseconds: at 20 days a second, the screen need not follow each. */
const GAP = 120;

/** The wait after a first failure, in milliseconds; doubled after each further one. */
const FIRST_WAIT = 1_000;

/** The longest wait after failures, in milliseconds. */
const LONGEST_WAIT = 60_000;

/** Reads the loop on request, one reading at a time. Requests during a reading share the next one. */
export interface Reader {
  /** Something may have changed. */
  ask(): void;
  /** Like `ask`, but ends the wait after a failure: the connection is back, or the user wants to see. */
  askNow(): void;
  stop(): void;
}

/**
 * Makes a reader. After a failed reading it retries by itself, at growing intervals: a failure causes events, and each
 * of them requests another reading.
 *
 * @param read resolves with whether it succeeded; never rejects
 */
export function createReader(read: () => Promise<boolean>): Reader {
  let isReading = false;
  let isAsked = false;
  let isStopped = false;
  let failures = 0;
  let endWait = (): void => undefined;

  const run = async (): Promise<void> => {
    isReading = true;
    while (isAsked && !isStopped) {
      isAsked = false;
      failures = (await read()) ? 0 : failures + 1;
      if (failures > 0) isAsked = true;
      const wait = failures === 0 ? GAP : Math.min(FIRST_WAIT * 2 ** (failures - 1), LONGEST_WAIT);
      await new Promise<void>((resolve) => {
        endWait = resolve;
        setTimeout(resolve, wait);
      });
    }
    isReading = false;
  };
  const ask = (): void => {
    isAsked = true;
    if (!isReading && !isStopped) void run();
  };

  return {
    ask,
    askNow() {
      ask();
      if (failures > 0) endWait();
    },
    stop() {
      isStopped = true;
      endWait();
    },
  };
}
