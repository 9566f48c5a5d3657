/**
 * Makes a function that does work, one run at a time. All calls made during a run share the next one: the run under way may
 * have looked before there was what they want done. The next run begins even if the one before it fails.
 *
 * @param work what a run does
 */
export function sharedRuns<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  let next: Promise<T> | undefined;
  const run = (): Promise<T> => {
    next = undefined;
    // A call that comes between two runs has begun the next one already.
    running ??= work().finally(() => (running = undefined));
    return running;
  };
  return () => {
    if (running === undefined) return run();
    next ??= running.then(run, run);
    return next;
  };
}
