/** Relative room for numbers: two languages may round the last bit of a product differently. */
const TOLERANCE = 1e-9;

/**
 * The first difference between what was expected and what was seen: numbers to within 1e-9, everything else exactly,
 * and a key too many is one as well.
 *
 * @returns a sentence with the path, or undefined when both are the same
 */
export function difference(expected: unknown, seen: unknown, path = ''): string | undefined {
  // What is not finite is no number near any other.
  if (typeof expected === 'number' && typeof seen === 'number' && Number.isFinite(expected) && Number.isFinite(seen)) {
    const room = TOLERANCE * Math.max(Math.abs(expected), Math.abs(seen));
    return Math.abs(expected - seen) <= room ? undefined : `${path}: expected ${expected}, saw ${seen}`;
  }
  if (typeof expected !== 'object' || expected === null || typeof seen !== 'object' || seen === null) {
    return Object.is(expected, seen) ? undefined : `${path}: expected ${shown(expected)}, saw ${shown(seen)}`;
  }
  if (Array.isArray(expected) !== Array.isArray(seen)) return `${path}: a list on one side, a record on the other`;
  for (const key of new Set([...Object.keys(expected), ...Object.keys(seen)])) {
    const at = path === '' ? key : `${path}.${key}`;
    if (!Object.hasOwn(seen, key)) return `${at}: missing`;
    if (!Object.hasOwn(expected, key)) return `${at}: not expected`;
    const found = difference(Reflect.get(expected, key), Reflect.get(seen, key), at);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** JSON has no word for Infinity and NaN. */
function shown(value: unknown): string {
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}
