import { parseActions } from '../../src/model/action.ts';

type Small = Record<string, unknown>;

/** What one would write by hand for exactly this action: each field checked, and copied. */
function checkByHand(input: unknown): Small {
  if (typeof input !== 'object' || input === null) throw new Error('not a record');
  const { steps, kind, timestamp, note } = input as Small;
  if (typeof steps !== 'number' || !Number.isFinite(steps)) throw new Error('steps');
  if (typeof kind !== 'string' || kind.length > 1_000) throw new Error('kind');
  if (typeof note !== 'string' || note.length > 1_000) throw new Error('note');
  if (typeof timestamp !== 'string' || Number.isNaN(Date.parse(timestamp))) throw new Error('timestamp');
  return { steps, kind, timestamp, note };
}

/**
 * Milliseconds to validate so many small actions, one by one.
 *
 * @returns of `parseActions`, or of checks by hand
 */
export function timeValidation({ count, byHand }: { count: number; byHand: boolean }): number {
  const at = new Date().toISOString();
  // Many different ones, so that nothing is hoisted out of the loop.
  const actions: Small[] = Array.from({ length: 1_000 }, (_, n) => ({ steps: n, kind: 'walk', timestamp: at, note: `note ${n}` }));
  let sum = 0;
  const start = performance.now();
  for (let n = 0; n < count; n += 1) {
    const input = actions[n % actions.length];
    const copy = byHand ? checkByHand(input) : parseActions(input)[0]!;
    sum += copy['steps'] as number;
  }
  const time = performance.now() - start;
  const expected = (count / actions.length) * ((actions.length * (actions.length - 1)) / 2);
  if (sum !== expected) throw new Error(`validated ${sum}, not ${expected}`);
  return time;
}
