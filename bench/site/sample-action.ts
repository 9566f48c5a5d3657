/** Bytes of a sample action as JSON. */
export const SAMPLE_BYTES = 128;

/** An action as it is stored. */
export type SampleAction = Record<string, string | number>;

/**
 * An action of 128 bytes as JSON. It has its timestamp already, so that Nudgeloop, floors and peers store the same.
 *
 * @param n tells it from others
 */
export function sampleAction(n: number): SampleAction {
  const action = { steps: 1_000 + (n % 9_000), kind: 'walk', timestamp: new Date().toISOString(), note: '' };
  return { ...action, note: 'n'.repeat(SAMPLE_BYTES - JSON.stringify(action).length) };
}

/** So many lists of so many actions each, made before anything is timed. */
export function sampleLists(lists: number, size: number): SampleAction[][] {
  return Array.from({ length: lists }, (_, list) => Array.from({ length: size }, (_action, index) => sampleAction(list * size + index)));
}

/** What so many calls carry: an action each, or a list of so many. */
export function sampleCalls(calls: number, size: number): (SampleAction | SampleAction[])[] {
  return sampleLists(calls, size).map((list) => (size === 1 ? list[0]! : list));
}
