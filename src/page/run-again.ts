/**
 * Makes a function that has something done, one after the other: called while that is under way, it has it done once more.
 *
 * @param work is to settle and never reject
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
