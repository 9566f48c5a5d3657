/** Between two readings, in milliseconds: at 20 days a second the screen need not follow each. */
const GAP = 120;

/** After a first failure, in milliseconds; after each further one twice as long. */
const FIRST_WAIT = 1_000;

/** The longest wait after failures, in milliseconds. */
const LONGEST_WAIT = 60_000;

/** Reads the loop when it is asked to, one reading at a time; what is asked meanwhile shares the next one. */
export interface Reader {
  /** Something may have changed. */
  ask(): void;
  /** As `ask`, and waits no longer for what failed before: the connection is back, or the person wants to see. */
  askNow(): void;
  /** No more readings. */
  stop(): void;
}

/**
 * Makes a reader. After a failed reading it tries again by itself, less and less often: a failure brings events of its own, and each of
 * them asks for another reading.
 *
 * @param read answers whether it went well; never rejects
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
