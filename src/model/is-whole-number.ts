/** Whether a value is a whole number of at least 0: a count, or a place. */
export function isWholeNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
