/**
 * Makes a function that runs some work, one run at a time. If it is called during a run, the work runs once more.
 *
 * @param work must settle and never reject
 * @returns settles after a run that began with or after the call. The work itself must not wait for it
 */
export function runAgain(work: () => Promise<unknown>): () => Promise<void> {
  let isWanted = false;
  let isRunning = false;
  let ended = Promise.resolve();
  const run = async (): Promise<void> => {
    isRunning = true;
    while (isWanted) {
      isWanted = false;
      await work();
    }
    isRunning = false;
  };
  return () => {
    isWanted = true;
    if (!isRunning) ended = run();
    return ended;
  };
}
