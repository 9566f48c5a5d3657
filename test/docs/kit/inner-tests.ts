// Stands in for a test runner while an example of an app's own tests is run.
export { describe, expect } from 'vitest';

const running: Promise<unknown>[] = [];

/** Runs an example's test at once. */
export function test(name: string, body: () => unknown): void {
  const result = Promise.resolve().then(body);
  running.push(
    result.catch((error: unknown) => {
      throw new Error(`The example's test "${name}" failed.`, { cause: error });
    }),
  );
}

/** Rejects when one of the tests that began since the last call failed. */
export async function settleTests(): Promise<void> {
  await Promise.all(running.splice(0));
}
