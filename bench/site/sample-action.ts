/** Bytes of a sample action as JSON. */
export const SAMPLE_BYTES = 128;

/**
 * An action of 128 bytes as JSON. It has its timestamp already, so that Nudgeloop, floors and peers store the same.
 *
 * @param n tells it from others
 */
export function sampleAction(n: number): Record<string, string | number> {
  const action = { steps: 1_000 + (n % 9_000), kind: 'walk', timestamp: new Date().toISOString(), note: '' };
  return { ...action, note: 'n'.repeat(SAMPLE_BYTES - JSON.stringify(action).length) };
}
