import { parseActions } from '../../src/model/parse-actions.ts';

type Small = Record<string, unknown>;

/** An instant of UTC whose day and time exist, of the form that `toISOString` writes; only the 29th of February is left out. */
const INSTANT =
  /^\d{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** When all of them happened: not today, which may be a day that the pattern leaves out. */
const AT = '2026-03-14T15:09:26.535Z';

/** What one would write by hand for exactly this action: each field checked, and copied. The timestamp by a pattern, which takes a fifth of reading it. */
function checkByHand(input: unknown): Small {
  if (typeof input !== 'object' || input === null) throw new Error('not a record');
  const { steps, kind, timestamp, note } = input as Small;
  if (typeof steps !== 'number' || !Number.isFinite(steps)) throw new Error('steps');
  if (typeof kind !== 'string' || kind.length > 1_000) throw new Error('kind');
  if (typeof note !== 'string' || note.length > 1_000) throw new Error('note');
  if (typeof timestamp !== 'string' || !INSTANT.test(timestamp)) throw new Error('timestamp');
  return { steps, kind, timestamp, note };
}

/**
 * Milliseconds to validate so many small actions, one by one.
 *
 * @returns of `parseActions`, or of checks by hand
 */
export function timeValidation({ count, byHand }: { count: number; byHand: boolean }): number {
  // Many different ones, so that nothing is hoisted out of the loop.
  const actions: Small[] = Array.from({ length: 1_000 }, (_, n) => ({ steps: n, kind: 'walk', timestamp: AT, note: `note ${n}` }));
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
