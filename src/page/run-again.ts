/**
 * Makes a function that runs some work, one run at a time. If it is called during a run, the work runs once more.
 *
 * @param work must settle and never reject
 * @returns settles after a run that began after the call
 */
export function runAgain(work: () => Promise<unknown>): () => Promise<void> {
  let isWanted = false;
  let running: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    while (isWanted) {
      isWanted = false;
      await work();
    }
    running = undefined;
  };
  return () => {
    isWanted = true;
    // Not at once: the work may call this itself.
    return (running ??= Promise.resolve().then(run));
  };
}
