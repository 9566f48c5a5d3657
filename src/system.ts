import type { Clock, IdSource } from './clock.ts';

/** The few globals that every realm of this SDK has: pages, workers and Node. */
interface Realm {
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
  readonly crypto: { getRandomValues(bytes: Uint8Array): Uint8Array };
}

/** The machine's clock. Globals are looked up at each call: fake timers work, and importing has no effect. */
export const systemClock: Clock = {
  now: () => Date.now(),
  schedule(ms, run) {
    const realm = globalThis as unknown as Realm;
    // With more than 2^31 - 1 milliseconds, a timer would fire at once.
    const timer = realm.setTimeout(run, Math.min(ms, 2_147_483_647));
    return () => realm.clearTimeout(timer);
  },
};

/**
 * Random version 4 UUIDs (RFC 9562). Made with `getRandomValues`, because `randomUUID` is missing on pages without a secure
 * context, where this SDK must still work.
 */
export const systemIds: IdSource = () => {
  const bytes = (globalThis as unknown as Realm).crypto.getRandomValues(new Uint8Array(36));
  // Each 1, 0 and 8 becomes a random digit: 1 and 0 take four random bits, 8 takes two, after the variant's bits.
  return '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, (digit, at: number) => (Number(digit) ^ (bytes[at]! & (15 >> (Number(digit) / 4)))).toString(16));
};
