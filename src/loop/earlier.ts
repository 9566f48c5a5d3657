/**
 * The earlier of two times; null means never.
 *
 * @param one epoch milliseconds
 * @param other epoch milliseconds
 */
export function earlier(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}
