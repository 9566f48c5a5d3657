// Stands in for a test runner while an example of an app's own tests is run.
export { describe, expect } from 'vitest';

const running: Promise<unknown>[] = [];
const afterwards: (() => unknown)[] = [];

/** Runs an example's test at once. */
export function test(name: string, body: () => unknown): void {
  const result = Promise.resolve().then(body);
  running.push(
    result.catch((error: unknown) => {
      throw new Error(`The example's test "${name}" failed.`, { cause: error });
    }),
  );
}

/** Notes what an example's tests leave to be put away. */
export function afterAll(body: () => unknown): void {
  afterwards.push(body);
}

/** Rejects when one of the tests that began since the last call failed. */
export async function settleTests(): Promise<void> {
  const ended = await Promise.allSettled(running.splice(0));
  for (const body of afterwards.splice(0)) await body();
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
}
