import { callsOf } from '../history.ts';
import type { Checker, Finding } from './checker.ts';
import { field, givenActions, givings, isDestroyed, textOf } from './facts.ts';
import { doubledGoals } from './goals.ts';

/** C2: each action is stored once, gets at most one nudge, and each client is told of that once. */
export const once: Checker = {
  name: 'C2',
  promise: 'What happens, happens once',
  judge(history, final) {
    const findings: Finding[] = [];
    const doubled = (text: string): void => void findings.push({ checker: 'C2', kind: 'doubled', text });

    const isPossible = ({ end }: { end: { type: string } | undefined }): boolean => end?.type !== 'fail';
    const possible = givings(givenActions(history).filter(isPossible));
    // An import brings actions once more. Its pending ones are added to those that are there, by design.
    const counts = countBy(possible.map(({ n }) => n));
    const times = (n: unknown): number => Math.max(1, counts.get(n as number) ?? 1);

    const copies = countBy([...final.history, ...final.pending, ...final.dead].map(({ n }) => n));
    for (const [n, count] of copies) if (n !== undefined && count > times(n)) doubled(`action ${n} is stored ${count} times`);

    // A life that ended took its nudges along, so the same action may get another one in the next life.
    const told = history.filter(({ type, op }) => type === 'told' && op === 'nudge');
    const nudges = new Map<string, { readonly cause: unknown; readonly ns: readonly unknown[] }>();
    for (const event of told) {
      nudges.set(textOf(event, 'id'), { cause: field(event, 'cause'), ns: (field(event, 'ns') ?? []) as readonly unknown[] });
    }
    for (const { id, cause, ns } of final.nudges) nudges.set(id, { cause, ns });
    const advised = countBy([...nudges.values()].filter(({ cause }) => cause === 'actions').flatMap(({ ns }) => ns));
    const isOneLife = !isDestroyed(history) && !callsOf(history).some(({ invoke, end }) => invoke.op === 'erase' && end?.type !== 'fail');
    if (isOneLife) for (const [n, count] of advised) if (count > times(n)) doubled(`action ${String(n)} got ${count} nudges`);

    for (const text of doubledGoals(history, final)) doubled(text);

    const ids = countBy(final.nudges.map(({ id }) => id));
    for (const [id, count] of ids) if (count > 1) doubled(`nudge ${id} is in the outbox ${count} times`);
    const heard = countBy(told.map((event) => `${event.actor} was told nudge ${textOf(event, 'id')}`));
    for (const [what, count] of heard) if (count > 1) doubled(`${what} ${count} times`);

    // What has left the history or the outbox can only be counted.
    const calls = givings(callsOf(history).filter(isPossible));
    const nudging = calls
      .filter(({ invoke }) => ['record', 'setGoalState', 'connect', 'import'].includes(invoke.op))
      // Pending calls of an export are processed one by one; a call at which a strategy failed, part by part.
      .reduce((sum, { invoke }) => sum + Math.max(1, invoke.ids?.length ?? 0) + Number(field(invoke, 'pending') ?? 0), 0);
    const retried = calls.filter(({ invoke }) => invoke.op === 'deadLetters.retry').length;
    const totals = Object.values(final.loops);
    const stored = totals.reduce((sum, loop) => sum + loop.actions, 0);
    const made = totals.reduce((sum, loop) => sum + loop.nudges, 0);
    if (stored > possible.length) doubled(`${stored} actions came into the history, of ${possible.length} that were given`);
    if (made > nudging + retried) doubled(`${made} nudges were made for ${nudging} calls`);
    return findings;
  },
};

function countBy<T>(values: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
