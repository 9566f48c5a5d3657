/**
 * Reads a metric as the original loop did: a number, or a string that is one. Booleans are no numbers.
 *
 * @param value a field of an action
 * @returns a finite number, or undefined
 */
export function metricOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  // Number() reads '', '0x10' and 'Infinity' too; a person's decimal is what counts here.
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}

/**
 * The goals that can be steered toward: those that are finite numbers.
 *
 * @param goalState a goal, or null for none
 */
export function numericGoals(goalState: Readonly<Record<string, unknown>> | null): [string, number][] {
  return Object.entries(goalState ?? {}).filter((entry): entry is [string, number] => Number.isFinite(entry[1]));
}
