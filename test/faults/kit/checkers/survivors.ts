import type { FinalState } from '../final-state.ts';
import { callsOf, type HistoryEvent } from '../history.ts';
import { field, isPruned, keyOf, loopOf, openings, settledAt, type Call, type Given } from './facts.ts';

/** Strategies that judge when an action is stored, so nothing is pending. */
const TRUSTED: ReadonlySet<unknown> = new Set([undefined, 'simple', 'personality']);

/**
 * From when on the oldest remaining part of a loop was there: of what an erasure takes, and of what a new history
 * replaces.
 */
interface Left {
  readonly erasable: number;
  readonly replaceable: number;
}

/**
 * Tells whether a removal can't have come after an action: it would have taken older entries too, and some of those are
 * left. This says nothing if actions are pruned, oldest first. Pending actions are only taken by an erasure.
 */
export function survivors(history: readonly HistoryEvent[], final: FinalState): (given: Given, removal: Call) => boolean {
  const settled = settledAt(history);
  const oldest = (actions: FinalState['history'], loop: string): number =>
    Math.min(...actions.filter((action) => action.loop === loop).map((action) => settled.get(keyOf(action)) ?? Infinity));
  const look = (loop: string): Left => {
    if (isPruned(history, loop, final.loops[loop]?.actions ?? 0)) return { erasable: Infinity, replaceable: Infinity };
    return {
      erasable: oldest([...final.history, ...final.pending, ...final.dead], loop),
      replaceable: mayWait(loop, history) ? Infinity : oldest(final.history, loop),
    };
  };
  const known = new Map<string, Left>();
  const leftOf = (loop: string): Left => {
    const left = known.get(loop) ?? look(loop);
    known.set(loop, left);
    return left;
  };
  return (given, { invoke }) => {
    // A discard takes only what it names.
    if (invoke.op === 'deadLetters.discard') return false;
    const { erasable, replaceable } = leftOf(loopOf(given, history));
    return (invoke.op === 'erase' ? erasable : replaceable) < given.invoke.seq;
  };
}

/** Whether an action of a loop may have come into its history later than one that was recorded after it. */
function mayWait(loop: string, history: readonly HistoryEvent[]): boolean {
  const isTrusted = openings(history, loop).every((event) => TRUSTED.has((field(event, 'strategy') as { readonly type?: unknown } | undefined)?.type));
  return !isTrusted || callsOf(history).some(({ invoke }) => invoke.op === 'import' && Number(field(invoke, 'pending') ?? 0) > 0);
}
