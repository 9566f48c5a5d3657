import type { Checker, Finding } from './checker.ts';
import { givenActions, isRemoved, isRetentionLimited, removals, wasToldOfLoss } from './facts.ts';

/** C1: what was acknowledged is there, and after the drain it was worked off. */
export const noLoss: Checker = {
  name: 'C1',
  promise: 'What was acknowledged is found again',
  judge(history, final) {
    const found = new Set([...final.history, ...final.pending, ...final.dead].map(({ n }) => n));
    const gone = removals(history);
    const isLimited = isRetentionLimited(history);
    const acked = givenActions(history).filter(({ end }) => end?.type === 'ok');
    const isLifeOver = wasToldOfLoss(history);
    // A receipt that says it is not durable, or of a life of the database that ended with notice, promises no more.
    const owed = acked.filter(
      (given) =>
        !(isLifeOver && given.end?.epoch !== undefined && final.epoch !== null && given.end.epoch !== final.epoch) &&
        !isRemoved(given, gone) &&
        !isVolatile(given.end?.value),
    );
    const missing = owed.filter(({ n }) => !found.has(n));
    const findings: Finding[] = [];
    if (isLimited) {
      // Pruned actions are gone rightly; but each of them must have been in the history once.
      const passed = Object.values(final.loops).reduce((sum, { actions }) => sum + actions, 0);
      const waiting = new Set([...final.pending, ...final.dead].map(({ n }) => n));
      const expected = new Set(owed.map(({ n }) => n).filter((n) => !waiting.has(n))).size;
      for (let short = passed; short < expected; short += 1) {
        findings.push({ checker: 'C1', kind: 'lost', text: `of ${expected} acknowledged actions only ${passed} ever came into the history` });
      }
    } else {
      for (const { n, invoke } of missing) {
        findings.push({ checker: 'C1', kind: 'lost', text: `action ${n} was acknowledged to ${invoke.actor} (call ${invoke.call}) and is nowhere` });
      }
    }
    for (const { loop, limit, ns } of final.told) {
      // Stored and not told is as good as lost to the app.
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
