/** How the epoch of an erased database begins. */
const ERASED = 'erased-';

/**
 * Names the epoch that begins with an erasure. The name itself tells why the old epoch ended: a tab that slept through the
 * erasure knows that the app wanted it, and does not report a loss.
 *
 * @param id random
 */
export function epochAfterErasure(id: string): string {
  return `${ERASED}${id}`;
}

/** Whether an epoch began with an erasure. If not, the database was created, or destroyed by the browser and recreated. */
export function isAfterErasure(epoch: string): boolean {
  return epoch.startsWith(ERASED);
}

/** The maximum length of an epoch's name; ours have 36 or 43 characters. */
export const MAX_EPOCH = 100;

/** Whether a value has the form of an epoch's name. Any script of the origin can write and announce other names. */
export function isEpoch(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_EPOCH;
}
