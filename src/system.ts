import type { Clock, IdSource } from './clock.ts';

/** The few globals that every realm of this SDK has: pages, workers and Node. */
interface Realm {
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
  readonly crypto: { getRandomValues(bytes: Uint8Array): Uint8Array };
}

/** The time of the machine. Globals are looked up at the call: fake timers work, and importing touches nothing. */
export const systemClock: Clock = {
  now: () => Date.now(),
  schedule(ms, run) {
    const realm = globalThis as unknown as Realm;
    // Beyond 2^31 - 1 milliseconds a timer fires at once.
    const timer = realm.setTimeout(run, Math.min(ms, 2_147_483_647));
    return () => realm.clearTimeout(timer);
  },
};

/**
 * Random version 4 UUIDs (RFC 9562). Made from `getRandomValues`, since `randomUUID` is missing where this SDK must
 * still work: on pages without a secure context.
 */
export const systemIds: IdSource = () => {
  const bytes = (globalThis as unknown as Realm).crypto.getRandomValues(new Uint8Array(36));
  // Of each digit that is random: 1 and 0 stand for four bits, 8 for two behind the variant.
  return '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, (digit, at: number) => (Number(digit) ^ (bytes[at]! & (15 >> (Number(digit) / 4)))).toString(16));
};
