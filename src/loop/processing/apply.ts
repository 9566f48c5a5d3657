import type { Action } from '../../model/action.ts';
import type { Nudge } from '../../model/nudge.ts';
import type { ReadTransaction, WriteTransaction } from '../../storage/persistence.ts';
import { appendHistory, newestActions } from '../state/history.ts';
import { baselinesOf, hasGoal, type LoopState } from '../state/loop-state.ts';
import { dropBeyond, newNudge, putNudge } from '../state/outbox.ts';
import { dropForRoom } from '../state/storage-room.ts';
import { judgeNow, lookbackOf, type Case, type Judgement } from '../strategies/judge.ts';
import { historyContext, type LoopRuntime } from './loop-runtime.ts';

/**
 * Reads what a strategy judges: the new actions, or the latest one if none are given, as after a change of goal.
 *
 * @param past a history to judge by instead of the stored one, even if retention keeps less of it. Defaults to none.
 */
export async function readCase(
  transaction: ReadTransaction,
  state: LoopState,
  runtime: LoopRuntime,
  actions: readonly Action[] | undefined,
  past: readonly Action[] = [],
): Promise<Case> {
  const lookback = lookbackOf(runtime.strategy);
  const history = past.length > 0 ? past.slice(-lookback) : await newestActions(transaction, state, lookback);
  return {
    history,
    actions: actions ?? history.slice(-1),
    goalState: state.goalState ?? {},
    baselines: baselinesOf(state, runtime.timestampField),
    now: runtime.clock.now(),
  };
}

/**
 * Appends actions to the history and puts their nudge into the outbox, in one transaction.
 *
 * @param known.judgement from an untrusted strategy; left out, the trusted one judges here
 * @param known.bytes the actions' length as JSON, if it is known
 * @returns a list of the nudge, empty if there is none
 */
export async function applyActions(
  transaction: WriteTransaction,
  state: LoopState,
  runtime: LoopRuntime,
  actions: readonly Action[],
  { judgement, bytes }: { readonly judgement?: Judgement; readonly bytes?: number | undefined } = {},
): Promise<Nudge[]> {
  const verdict = judgement ?? (hasGoal(state) ? await judgeHere(transaction, state, runtime, actions) : undefined);
  const pruned = await appendHistory(transaction, state, actions, historyContext(runtime), { bytes });
  if (pruned > 0) runtime.log.debug('history.pruned', { loop: runtime.loop, removed: pruned });
  return verdict === undefined ? [] : conclude(transaction, state, runtime, 'actions', verdict);
}

/**
 * Judges the latest action again, since the goal changed.
 *
 * @param judgement from an untrusted strategy; left out, the trusted one judges here
 * @returns a list of the nudge, empty if there is none
 */
export async function applyGoal(
  transaction: WriteTransaction,
  state: LoopState,
  runtime: LoopRuntime,
  judgement?: Judgement,
): Promise<Nudge[]> {
  state.goalPending = false;
  if (!hasGoal(state) || state.history.count === 0) return [];
  const verdict = judgement ?? (await judgeHere(transaction, state, runtime, undefined));
  return conclude(transaction, state, runtime, 'goal', verdict);
}

async function judgeHere(
  transaction: ReadTransaction,
  state: LoopState,
  runtime: LoopRuntime,
  actions: readonly Action[] | undefined,
): Promise<Judgement> {
  return judgeNow(runtime.strategy, await readCase(transaction, state, runtime, actions));
}

async function conclude(
  transaction: WriteTransaction,
  state: LoopState,
  runtime: LoopRuntime,
  cause: Nudge['cause'],
  judgement: Judgement,
): Promise<Nudge[]> {
  state.analysis = judgement.analysis;
  if (judgement.suggestions.length === 0) return [];
  const { loop, outboxLimit, log, clock, newId } = runtime;
  const text = newNudge(state, { id: newId(), loop, cause, createdAt: clock.now(), ...judgement });
  await dropForRoom(transaction, state, text.length, runtime);
  const dropped = await dropBeyond(transaction, state, outboxLimit);
  if (dropped > 0) log.warn('outbox.dropped', { loop, dropped, limit: outboxLimit });
  return [putNudge(transaction, state, text)];
}
