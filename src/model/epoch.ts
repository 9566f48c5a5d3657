/** What the epoch of an erased database begins with. */
const ERASED = 'erased-';

/**
 * Names the epoch that an erasure begins. The name itself says why the old one ended, so that a tab that slept through
 * the erasure knows that the app wanted it, and does not take it for a loss.
 *
 * @param id random
 */
export function epochAfterErasure(id: string): string {
  return `${ERASED}${id}`;
}

/** Whether an epoch was begun by an erasure; else the database was born, or destroyed by the browser and born again. */
export function isAfterErasure(epoch: string): boolean {
  return epoch.startsWith(ERASED);
}

/** The longest name of an epoch; ours have 36 characters, or 43. */
export const MAX_EPOCH = 100;

/** Whether something is the name of an epoch, as far as its form tells: any script of the origin can write and say others. */
export function isEpoch(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_EPOCH;
}
