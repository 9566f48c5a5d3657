import type { FinalState } from '../final-state.ts';
import { callsOf, type HistoryEvent } from '../history.ts';
import { field, givings, isDestroyed, isErasureOf, isVolatile, loopOf, textOf } from './facts.ts';

/** Loops with more nudges for a goal than goals can have been set. */
export function doubledGoals(history: readonly HistoryEvent[], final: FinalState): string[] {
  // A page puts its goal back into a new database.
  const isReset = history.some(({ type, op }) => type === 'told' && op === 'epoch.reset');
  if (isDestroyed(history) || isVolatile(history) || isReset) return [];
  const made = new Map<string, Set<string>>();
  const note = (loop: string, id: string): void => void made.set(loop, (made.get(loop) ?? new Set()).add(id));
  for (const event of history) {
    if (event.type === 'told' && event.op === 'nudge' && field(event, 'cause') === 'goal') note(textOf(event, 'loop'), textOf(event, 'id'));
  }
  for (const { loop, id, cause } of final.nudges) if (cause === 'goal') note(loop, id);

  const calls = givings(callsOf(history).filter(({ end }) => end?.type !== 'fail'));
  const failed = callsOf(history).filter(({ invoke, end }) => invoke.op !== 'loop' && end?.type !== 'ok');
  return [...made].flatMap(([loop, { size }]) => {
    const own = callsOf(history).filter((call) => loopOf(call, history) === loop);
    // An erasure takes the receipts along, by which a resent call is recognized.
    if (calls.some((call) => isErasureOf(loop, call, history))) return [];
    const set = calls.filter((call) => call.invoke.op === 'setGoalState' && loopOf(call, history) === loop).length;
    // A failed greeting is repeated with the next call, but it may already have set its goal.
    const opened = own
      .filter(({ invoke }) => ['connect', 'loop'].includes(invoke.op) && field(invoke, 'goalState') !== undefined)
      .reduce((sum, { invoke }) => sum + 1 + failed.filter((call) => call.invoke.actor === invoke.actor && loopOf(call, history) === loop).length, 0);
    return size > set + opened ? [`${size} nudges were made in ${loop} for a goal that was set ${set + opened} times at the most`] : [];
  });
}
