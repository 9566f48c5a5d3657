import type { Nudge } from 'nudgeloop';
import type { FinalState } from '../final-state.ts';
import { callsOf, type HistoryEvent } from '../history.ts';
import { askedLimits, field, givenActions, isDestroyed, loopOf, type Call } from './facts.ts';

/**
 * Strategies that do not fail at an action, but may have no suggestion for it. With any other strategy, an action
 * without a nudge is pending or a dead letter.
 */
const SILENT: ReadonlySet<unknown> = new Set(['silent']);

/** Calls after which a nudge may rightly be missing, or its action be judged by another goal or none. */
const UNSTEADY: ReadonlySet<string> = new Set(['setGoalState', 'erase', 'import', 'suggestActions', 'resetHistory', 'deadLetters.discard']);

/** How many nudges an outbox holds by default. */
const OUTBOX = 1_000;

/**
 * Acknowledged actions that should have a nudge, but none was told, is waiting, or was read by a call. Only for loops
 * that had a goal by then and the same one ever since, a strategy with a suggestion for everything, and room in the
 * outbox for all of it.
 */
export function unadvised(history: readonly HistoryEvent[], final: FinalState): { readonly n: number; readonly loop: string }[] {
  // On a full disk, the goal may not be stored.
  const isFull = history.some(({ type, op, value }) => type === 'seen' && op === 'room' && value !== null);
  if (isDestroyed(history) || isFull) return [];
  const advised = new Set<unknown>(final.nudges.flatMap(({ ns }) => ns));
  for (const event of history) {
    if (event.type === 'told' && event.op === 'nudge') for (const n of (field(event, 'ns') ?? []) as readonly unknown[]) advised.add(n);
    // A nudge that a call read may be acknowledged before it is told.
    if (event.type === 'ok' && event.op === 'nudges') {
      for (const { suggestions } of event.value as unknown as readonly Pick<Nudge, 'suggestions'>[]) for (const { n } of suggestions) advised.add(n);
    }
  }
  const calls = callsOf(history);
  const goals = new Map<string, (call: Call) => boolean>();
  const hadGoal = (loop: string, call: Call): boolean => {
    const known = goals.get(loop) ?? (isSteadyLoop(loop, calls, history, final) ? sinceGoal(loop, calls, history) : () => false);
    goals.set(loop, known);
    return known(call);
  };
  const set = new Set([...final.dead, ...final.pending].map(({ n }) => n));
  return givenActions(history)
    .filter(({ invoke, end }) => invoke.op === 'record' && end?.type === 'ok' && field(end, 'durable') !== false)
    .map((given) => ({ given, n: given.n, loop: loopOf(given, history) }))
    .filter(({ given, n, loop }) => !advised.has(n) && !set.has(n) && hadGoal(loop, given))
    .map(({ n, loop }) => ({ n, loop }));
}

/**
 * Tells which calls found the goal of a loop in place: those of the page that brought it, since they wait for its
 * greeting, and all others after its first answer.
 */
function sinceGoal(loop: string, calls: readonly Call[], history: readonly HistoryEvent[]): (call: Call) => boolean {
  const own = calls.filter((call) => loopOf(call, history) === loop);
  const isOpening = ({ invoke }: Call): boolean => invoke.op === 'connect' || invoke.op === 'loop';
  const first = own.find(isOpening);
  const opener = own.filter(({ invoke }) => invoke.actor === first?.invoke.actor);
  // If a page used a loop before it opened it, the loop keeps its earlier options.
  if (first === undefined || opener[0] !== first) return () => false;
  // The opening of a loop has no end of its own.
  const since = opener.find(({ end }) => end?.type === 'ok')?.end?.seq ?? Infinity;
  return ({ invoke }) => invoke.actor === first.invoke.actor || invoke.seq > since;
}

function isSteadyLoop(loop: string, calls: readonly Call[], history: readonly HistoryEvent[], final: FinalState): boolean {
  const own = calls.filter((call) => loopOf(call, history) === loop);
  const opened = own.filter(({ invoke }) => invoke.op === 'connect' || invoke.op === 'loop');
  const advises = ({ invoke }: Call): boolean => {
    const strategy = field(invoke, 'strategy') as { readonly type?: unknown } | undefined;
    return !SILENT.has(strategy?.type);
  };
  const [first] = opened;
  const most = Math.min(...askedLimits(history, loop, 'outboxLimit', OUTBOX));
  return (
    first !== undefined &&
    (first.invoke.op === 'loop' || first.end?.type === 'ok') &&
    field(first.invoke, 'goalState') !== undefined &&
    opened.every(advises) &&
    !own.some(({ invoke }) => UNSTEADY.has(invoke.op)) &&
    !calls.some(({ invoke }) => invoke.op === 'erase' && field(invoke, 'all') === true) &&
    (final.loops[loop]?.nudges ?? 0) <= most
  );
}
