import type { HistoryEvent } from '../history.ts';
import type { Checker, Finding } from './checker.ts';
import { field, textOf } from './facts.ts';

interface Run {
  readonly boot: string;
  readonly lock: string;
  readonly from: number;
  /** Whether it stole the lock from another run. */
  readonly steals: boolean;
  /** The last instant at which it was seen working. A killed run has no end, only this. */
  to: number;
}

/** What the harness notes when it freezes a page: another host may steal the lock of a frozen one. */
const FROZEN: ReadonlySet<string> = new Set(['frozen', 'overtook a frozen page']);

/** C6: two hosts never work on the same loop at once, and an overtaken host stores nothing more. */
export const fence: Checker = {
  name: 'C6',
  promise: 'One host at a time does the work of a loop',
  judge: (history) => [...overlaps(history), ...overtaken(history)].map((text): Finding => ({ checker: 'C6', kind: 'broken', text })),
};

/** Hosts that held the lock at once. */
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
  // For the lock, a frozen page's run ends when the lock is stolen. The fence judges what the page does later.
  const isFrozen = history.some(({ type, op }) => type === 'seen' && FROZEN.has(op));
  for (const thief of all.filter(({ steals }) => steals && isFrozen)) {
    for (const run of all) if (run.lock === thief.lock && run.from < thief.from) run.to = Math.min(run.to, thief.from);
  }
  return all.flatMap((one, index) =>
    all
      .slice(index + 1)
      // The clock has milliseconds: an end and the next start may fall into the same one.
      .filter((other) => one.boot !== other.boot && one.lock === other.lock && one.from < other.to && other.from < one.to)
      .map((other) => `${one.boot} and ${other.boot} worked under ${one.lock} at once`),
  );
}

/** What others than the newest run stored. Each report is of one transaction, and says what was stored before. */
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
