/** Beyond this, the difference of two metrics may overflow. Such values are context, not metrics. */
const LARGEST = 1e300;

/**
 * Reads a metric as the original loop did: a number, or a string that holds one. Booleans are not numbers.
 *
 * @param value a field of an action
 * @returns a finite number, or undefined
 */
export function metricOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Math.abs(value) <= LARGEST ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  // Number() also reads '', '0x10' and 'Infinity'; only decimals as people write them count here. Only one part of the
  // pattern fits each digit: if two could share a run of digits, a long one would be divided in every way.
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text)) return undefined;
  const number = Number(text);
  return Math.abs(number) <= LARGEST ? number : undefined;
}

/**
 * The goals to steer toward: those that are numbers whose differences are finite.
 *
 * @param goalState a goal; null for none
 */
export function numericGoals(goalState: Readonly<Record<string, unknown>> | null): [string, number][] {
  return Object.entries(goalState ?? {}).filter((entry): entry is [string, number] => {
    return typeof entry[1] === 'number' && Math.abs(entry[1]) <= LARGEST;
  });
}
