import type { FinalState } from '../final-state.ts';
import { callsOf, type HistoryEvent } from '../history.ts';
import { field, isPruned, keyOf, loopOf, openings, settledAt, type Call, type Given } from './facts.ts';

/** Strategies that judge while an action is taken in, so that nothing waits. */
const TRUSTED: ReadonlySet<unknown> = new Set([undefined, 'simple', 'personality']);

/** From when on the oldest was there of what is left of a loop: of all that an erasure takes, and of what a new history replaces. */
interface Left {
  readonly erasable: number;
  readonly replaceable: number;
}

/**
 * Tells whether a removal can't have come after an action: it would have taken what was there before too, and of that something is left. Not where
 * actions are pruned, the oldest first; and what waited to be worked off is only taken by an erasure.
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

/** Whether an action of a loop may have come into its history later than another that was recorded after it. */
function mayWait(loop: string, history: readonly HistoryEvent[]): boolean {
  const isTrusted = openings(history, loop).every((event) => TRUSTED.has((field(event, 'strategy') as { readonly type?: unknown } | undefined)?.type));
  return !isTrusted || callsOf(history).some(({ invoke }) => invoke.op === 'import' && Number(field(invoke, 'pending') ?? 0) > 0);
}
