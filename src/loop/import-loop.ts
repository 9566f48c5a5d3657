import type { WriteTransaction } from '../storage/persistence.ts';
import type { CheckedImport } from './check-import.ts';
import { historyContext, type LoopRuntime } from './processing/loop-runtime.ts';
import { STANDING_LIMIT } from './processing/tries.ts';
import { changeGoal } from './state/change-goal.ts';
import { appendHistory, resetHistory } from './state/history.ts';
import type { LoopState } from './state/loop-state.ts';
import { DEFAULT_PENDING_LIMIT, putPending } from './state/pending.ts';
import { makeRoomForBytes } from './state/storage-room.ts';
import { bytesOf } from './state/tally.ts';

/**
 * Replaces goal, history, analysis and source cursors with those of an export, and adds its pending actions. Nudges
 * stay, unless the oldest must make room.
 *
 * @returns how many actions the file holds, including pending ones
 */
export async function importLoop(
  transaction: WriteTransaction,
  state: LoopState,
  runtime: Pick<LoopRuntime, 'loop' | 'log' | 'clock' | 'timestampField' | 'retention' | 'pendingLimit' | 'storageLimit' | 'guardsClock'>,
  given: CheckedImport,
): Promise<number> {
  const { clock, pendingLimit } = runtime;
  // As many as any loop with the default limit holds. The actions of a failed call wait one by one, even beyond the
  // limit.
  const limit = Math.max(pendingLimit, DEFAULT_PENDING_LIMIT) + STANDING_LIMIT;
  const history = given.history.map(({ action }) => action);
  await resetHistory(transaction, state);
  // The number of metrics is not checked: the exporting loop had as many, and of too many only the first are noted.
  await makeRoomForBytes(transaction, state, bytesOf([...history, ...given.pending.flat()]), runtime);
  await appendHistory(transaction, state, history, historyContext(runtime), { ats: given.history.map(({ at }) => at) });
  for (const actions of given.pending) putPending(transaction, state, actions, clock.now(), limit);
  state.analysis = given.analysis;
  // Cursors belong to their history. With a later one, sources would skip actions; with an earlier one, they would
  // bring them again. If the file has no cursors, it is unknown what its history has of a source.
  state.cursors = { ...(given.cursors ?? state.cursors) };
  changeGoal(state, given.goalState);
  return given.actions;
}
