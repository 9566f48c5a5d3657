import type { Checker, Finding } from './checker.ts';
import { givenActions, hasLifeEnded, isPruned, isRemoved, keyOf, loopOf, removals } from './facts.ts';
import { survivors } from './survivors.ts';
import { unadvised } from './unadvised.ts';

/** C1: what was acknowledged is there, and after the drain it was processed. */
export const noLoss: Checker = {
  name: 'C1',
  promise: 'What was acknowledged is found again',
  judge(history, final) {
    const found = new Set([...final.history, ...final.pending, ...final.dead].map(keyOf));
    const isKept = survivors(history, final);
    const gone = removals(history);
    const acked = givenActions(history).filter(({ end }) => end?.type === 'ok');
    const isLifeOver = hasLifeEnded(history);
    // A receipt promises nothing more if it says that it is not durable, or if its life of the database rightly ended.
    const owed = acked.filter(
      (given) =>
        !(isLifeOver && given.end?.epoch !== undefined && final.epoch !== null && given.end.epoch !== final.epoch) &&
        !isRemoved(given, gone, history, (removal) => isKept(given, removal)) &&
        !isVolatile(given.end?.value),
    );
    const findings: Finding[] = [];
    const waiting = new Set([...final.pending, ...final.dead].map(keyOf));
    for (const loop of new Set(owed.map((given) => loopOf(given, history)))) {
      const ours = owed.filter((given) => loopOf(given, history) === loop);
      const passed = final.loops[loop]?.actions ?? 0;
      if (isPruned(history, loop, passed)) {
        // Pruned actions are rightly gone, but each must have been in the history once.
        const expected = new Set(ours.map(({ n }) => n).filter((n) => !waiting.has(keyOf({ loop, n })))).size;
        for (let short = passed; short < expected; short += 1) {
          findings.push({ checker: 'C1', kind: 'lost', text: `of ${expected} acknowledged actions only ${passed} ever came into the history of ${loop}` });
        }
      } else {
        for (const { n, invoke } of ours.filter(({ n }) => !found.has(keyOf({ loop, n })))) {
          findings.push({ checker: 'C1', kind: 'lost', text: `action ${n} was acknowledged to ${invoke.actor} (call ${invoke.call}) and is nowhere in ${loop}` });
        }
      }
    }
    for (const { n, loop } of unadvised(history, final)) {
      findings.push({ checker: 'C1', kind: 'lost', text: `action ${n} was recorded in ${loop}, which has a goal, and no nudge of it was ever told or is in the outbox` });
    }
    for (const { loop, limit, ns } of final.told) {
      // What is stored but never told is as good as lost to the app.
      const heard = new Set(ns);
      const unheard = final.history.filter((action) => action.loop === loop).slice(-limit).filter(({ n }) => !heard.has(n));
      for (const { n } of unheard) findings.push({ checker: 'C1', kind: 'lost', text: `action ${n ?? '?'} is stored in ${loop}, and a client is not told of it` });
    }
    if (final.pending.length > 0) {
      findings.push({ checker: 'C1', kind: 'broken', text: `${final.pending.length} actions are still pending after the drain` });
    }
    return findings;
  },
};

function isVolatile(value: unknown): boolean {
  return typeof value === 'object' && value !== null && (value as { durable?: unknown }).durable === false;
}
