import type { Checker, Finding } from './checker.ts';
import { textOf } from './facts.ts';

interface Run {
  readonly boot: string;
  readonly lock: string;
  readonly from: number;
  /** The last instant at which it was seen at work. A run that was killed has no end, only this. */
  to: number;
}

/** C6: two hosts never work on the same loop at once. */
export const fence: Checker = {
  name: 'C6',
  promise: 'One host at a time does the work of a loop',
  judge(history) {
    const runs = new Map<string, Run>();
    for (const event of history) {
      if (event.type !== 'seen' || event.op !== 'run') continue;
      const lock = textOf(event, 'lock');
      const key = `${event.actor} ${textOf(event, 'run')} ${lock}`;
      const run = runs.get(key);
      if (run === undefined) runs.set(key, { boot: event.actor, lock, from: event.t, to: event.t });
      else run.to = Math.max(run.to, event.t);
    }
    const findings: Finding[] = [];
    const all = [...runs.values()];
    for (const [index, one] of all.entries()) {
      for (const other of all.slice(index + 1)) {
        if (one.boot === other.boot || one.lock !== other.lock) continue;
        // The clock has milliseconds: an end and the next beginning may fall into the same.
        if (one.from >= other.to || other.from >= one.to) continue;
        findings.push({ checker: 'C6', kind: 'broken', text: `${one.boot} and ${other.boot} worked under ${one.lock} at once` });
      }
    }
    return findings;
  },
};
