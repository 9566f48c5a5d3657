/**
 * Makes a function that runs some work, one run at a time. If it is called during a run, the work runs once more.
 *
 * @param work must settle and never reject
 */
export function runAgain(work: () => Promise<void>): () => void {
  let isWanted = false;
  let isRunning = false;
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
    if (!isRunning) void run();
  };
}
