export const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** Settles like `work`, or rejects after `ms`: nothing that a browser does may hang the kit. */
export function within<T>(ms: number, work: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} was not done within ${ms} ms`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/**
 * Checks a condition repeatedly until it holds.
 *
 * @param ms how long
 * @returns whether it held in time
 */
export async function until(ms: number, holds: () => boolean | Promise<boolean>, every = 20): Promise<boolean> {
  const end = Date.now() + ms;
  for (;;) {
    if (await holds()) return true;
    if (Date.now() >= end) return false;
    await sleep(every);
  }
}
