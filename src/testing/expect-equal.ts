import { isStorageError } from '../storage/is-storage-error.ts';

/** Fails, with both sides in the message, if they are not the same JSON. Keys may come in any order. */
export function expectEqual(seen: unknown, expected: unknown, what: string): void {
  const [left, right] = [canonical(seen), canonical(expected)];
  if (left !== right) throw new Error(`${what}: expected ${right}, saw ${left}`);
}

/** Fails unless the work rejects. */
export async function expectRejection(work: () => Promise<unknown>, what: string): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error(`${what}: expected a rejection, saw none`);
}

/** Fails unless the work rejects as a storage refuses: by the code, an app decides what to do. */
export async function expectRefusal(work: () => Promise<unknown>, what: string): Promise<void> {
  const error = await expectRejection(work, what);
  if (isStorageError(error)) return;
  throw new Error(`${what}: expected a NudgeloopError with a code storage.*, saw ${String(error)}`, { cause: error });
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  }) ?? 'undefined';
}
