/** A number with three digits that count. */
export function shortNumber(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString('en-US');
  return size < 0.01 ? value.toPrecision(3) : value.toFixed(size >= 10 ? 1 : size >= 1 ? 2 : 3);
}
