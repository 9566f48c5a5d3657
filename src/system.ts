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
  const bytes = (globalThis as unknown as Realm).crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
};
