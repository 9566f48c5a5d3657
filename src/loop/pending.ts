import { NudgeloopError, type NudgeloopErrorData } from '../errors.ts';
import type { Action } from '../model/action.ts';
import type { DeadLetter, PendingEntry } from '../model/inspection.ts';
import type { JournalEntry, ReadTransaction, WriteTransaction } from '../storage/persistence.ts';
import type { LoopState } from './loop-state.ts';

/** Calls that wait to be processed at the most, if the settings name no other limit. */
export const DEFAULT_PENDING_LIMIT = 10_000;

/** Dead letters that are kept at the most; beyond, the oldest is dropped. */
export const DEAD_LETTER_LIMIT = 1_000;

/** How often the strategy is started on the same actions before they are set aside. */
export const MAX_ATTEMPTS = 3;

interface StoredPending {
  readonly actions: Action[];
}

interface StoredDeadLetter extends StoredPending {
  readonly attempts: number;
  readonly reason: DeadLetter['reason'];
}

/**
 * Accepts actions for later processing.
 *
 * @throws NudgeloopError `queue.full`; nothing is taken
 */
export function putPending(
  transaction: WriteTransaction,
  state: LoopState,
  actions: readonly Action[],
  now: number,
  limit: number,
): void {
  const { pending } = state;
  if (pending.count >= limit) {
    throw new NudgeloopError(
      'queue.full',
      `${pending.count} calls wait to be processed, and no more are taken. See state() for why: a failing strategy, or a wait after failures.`,
      { limit, seen: pending.count },
    );
  }
  transaction.append('pending', [{ seq: pending.next, at: now, value: { actions } }]);
  pending.next += 1;
  pending.count += 1;
}

/** The oldest pending entries, at most `limit`. Those with tries behind them carry their number. */
export async function readPending(
  transaction: ReadTransaction,
  state: LoopState,
  limit: number,
): Promise<PendingEntry[]> {
  if (state.pending.count === 0) return [];
  const entries = await transaction.readForward('pending', state.pending.first, limit);
  return entries.map((entry) => pendingOf(state, entry));
}

/** Removes a pending entry that was processed or set aside. */
export async function removePending(transaction: WriteTransaction, state: LoopState, seq: number): Promise<void> {
  await transaction.removeRange('pending', seq, seq);
  state.pending.count -= 1;
  if (seq === state.pending.first) state.pending.first = seq + 1;
  delete state.attempts[seq];
}

/** Sets a pending entry aside: it failed too often, and the others go on. */
export async function buryPending(
  transaction: WriteTransaction,
  state: LoopState,
  entry: PendingEntry,
  error: NudgeloopErrorData,
  now: number,
): Promise<void> {
  await removePending(transaction, state, entry.seq);
  const { code, details } = error;
  const value = {
    actions: [...entry.actions],
    attempts: entry.attempts,
    reason: details === undefined ? { code } : { code, details },
  };
  transaction.append('dead', [{ seq: state.dead.next, at: now, value }]);
  state.dead.next += 1;
  state.dead.count += 1;
  const excess = state.dead.count - DEAD_LETTER_LIMIT;
  if (excess <= 0) return;
  const oldest = await transaction.readForward('dead', 0, excess);
  await transaction.removeRange('dead', 0, oldest.at(-1)?.seq ?? 0);
  state.dead.count -= oldest.length;
}

/** The newest dead letters, oldest first, at most `limit`. */
export async function readDeadLetters(transaction: ReadTransaction, state: LoopState, limit: number): Promise<DeadLetter[]> {
  if (state.dead.count === 0) return [];
  const entries = await transaction.readNewest('dead', state.dead.next, limit);
  return entries.map(({ seq, at, value }) => ({ seq, at, ...(value as unknown as StoredDeadLetter) }));
}

/**
 * Takes dead letters out; with `retry`, their actions are pending again, with no tries behind them.
 *
 * @returns those that were there
 */
export async function takeDeadLetters(
  transaction: WriteTransaction,
  state: LoopState,
  seqs: readonly number[],
  retry: { readonly now: number; readonly limit: number } | undefined,
): Promise<number[]> {
  const taken: number[] = [];
  for (const seq of [...new Set(seqs)].sort((a, b) => a - b)) {
    const [entry] = await transaction.readForward('dead', seq, 1);
    if (entry?.seq !== seq) continue;
    if (retry !== undefined) {
      const { actions } = entry.value as unknown as StoredDeadLetter;
      putPending(transaction, state, actions, retry.now, retry.limit);
    }
    await transaction.removeRange('dead', seq, seq);
    state.dead.count -= 1;
    taken.push(seq);
  }
  return taken;
}

function pendingOf(state: LoopState, { seq, at, value }: JournalEntry): PendingEntry {
  const { actions } = value as unknown as StoredPending;
  return { seq, at, actions, attempts: state.attempts[seq] ?? 0 };
}
