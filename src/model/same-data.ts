/**
 * Whether two values of plain data are equal, in any order of their keys: goals, settings, or the cursors of a source.
 *
 * @param a one value, or any part of it
 * @param b the other
 */
export function isSameData(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = Object.entries(a);
  const right = b as Readonly<Record<string, unknown>>;
  return left.length === Object.keys(b).length && left.every(([key, value]) => Object.hasOwn(right, key) && isSameData(value, right[key]));
}
