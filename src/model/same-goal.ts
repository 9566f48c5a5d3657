import type { JsonValue } from './plain-data.ts';

/**
 * Whether two goals are equal, in any order of their keys. An equal goal starts no new judgement.
 *
 * @param a one goal, or any part of it
 * @param b the other
 */
export function sameGoal(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = Object.entries(a);
  const right = b as Readonly<Record<string, JsonValue>>;
  return (
    left.length === Object.keys(b).length &&
    left.every(([key, value]) => Object.hasOwn(right, key) && sameGoal(value, right[key]))
  );
}
