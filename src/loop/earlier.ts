/**
 * The earlier of two times, of which null is never.
 *
 * @param one epoch milliseconds
 * @param other epoch milliseconds
 */
export function earlier(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}
