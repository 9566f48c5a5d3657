import type { HistoryEvent } from '../history.ts';
import type { Checker, Finding } from './checker.ts';
import { field, textOf } from './facts.ts';

interface Run {
  readonly boot: string;
  readonly lock: string;
  readonly from: number;
  /** Whether it took the lock away from another. */
  readonly steals: boolean;
  /** The last instant at which it was seen at work. A run that was killed has no end, only this. */
  to: number;
}

/** What the harness notes when it froze a page: whoever sleeps on a lock may be overtaken. */
const FROZEN: ReadonlySet<string> = new Set(['frozen', 'overtook a frozen page']);

/** C6: two hosts never work on the same loop at once, and whoever was overtaken stores nothing more. */
export const fence: Checker = {
  name: 'C6',
  promise: 'One host at a time does the work of a loop',
  judge: (history) => [...overlaps(history), ...overtaken(history)].map((text): Finding => ({ checker: 'C6', kind: 'broken', text })),
};

/** Hosts that were under the lock at once. */
function overlaps(history: readonly HistoryEvent[]): string[] {
  const runs = new Map<string, Run>();
  for (const event of history) {
    if (event.type !== 'seen' || event.op !== 'run') continue;
    const lock = textOf(event, 'lock');
    const key = `${event.actor} ${textOf(event, 'run')} ${lock}`;
    const run = runs.get(key);
    if (run !== undefined) run.to = Math.max(run.to, event.t);
    else runs.set(key, { boot: event.actor, lock, from: event.t, steals: field(event, 'steals') === true, to: event.t });
  }
  const all = [...runs.values()];
  // What was taken away from a frozen page ended with that, as far as the lock goes; what the page does later, the fence judges.
  const isFrozen = history.some(({ type, op }) => type === 'seen' && FROZEN.has(op));
  for (const thief of all.filter(({ steals }) => steals && isFrozen)) {
    for (const run of all) if (run.lock === thief.lock && run.from < thief.from) run.to = Math.min(run.to, thief.from);
  }
  return all.flatMap((one, index) =>
    all
      .slice(index + 1)
      // The clock has milliseconds: an end and the next beginning may fall into the same.
      .filter((other) => one.boot !== other.boot && one.lock === other.lock && one.from < other.to && other.from < one.to)
      .map((other) => `${one.boot} and ${other.boot} worked under ${one.lock} at once`),
  );
}

/** What was stored by others than the newest run; each report is of one transaction, and says what stood there before. */
function overtaken(history: readonly HistoryEvent[]): string[] {
  const found: string[] = [];
  const holders = new Map<string, string>();
  for (const event of history) {
    if (event.type !== 'seen' || event.op !== 'fence') continue;
    const { actor } = event;
    const [loop, life] = [textOf(event, 'loop'), textOf(event, 'of')];
    const [before, after, token] = ['before', 'after', 'token'].map((name) => Number(field(event, name) ?? -1)) as [number, number, number];
    if (after < before) found.push(`${actor} set the number of the newest run over ${loop} back from ${before} to ${after}`);
    if (after > before) {
      const holder = holders.get(`${life} ${after}`) ?? actor;
      if (holder !== actor) found.push(`${holder} and ${actor} both took the number ${after} for a run over ${loop}`);
      holders.set(`${life} ${after}`, actor);
    }
    if (field(event, 'works') === true && token < after) {
      const held = token === -1 ? 'no number' : `the number ${token}`;
      found.push(`${actor} stored what it did on ${loop} with ${held}, when ${after} was taken already`);
    }
  }
  return found;
}
