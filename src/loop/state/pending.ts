import { NudgeloopError } from '../../errors.ts';
import type { Action } from '../../model/action.ts';
import type { PendingEntry } from '../../model/inspection.ts';
import type { JournalEntry, ReadTransaction, WriteTransaction } from '../../storage/persistence.ts';
import { appendOne, entryAt } from './journal-entries.ts';
import type { LoopState, Try } from './loop-state.ts';
import { actionsIn } from './stored-actions.ts';
import { bytesOf, countOut } from './tally.ts';

/** The most calls that wait to be processed, by default. */
export const DEFAULT_PENDING_LIMIT = 10_000;

/** A pending entry as the loop itself reads it. Only an inspection tells when it is tried next. */
export type WaitingEntry = Omit<PendingEntry, 'nextAt'>;

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
      `${pending.count} calls wait to be processed; no more are taken. inspect() shows why: a failing strategy, or a wait after failures.`,
      { limit, seen: pending.count },
    );
  }
  appendPending(transaction, state, actions, now);
}

function appendPending(transaction: WriteTransaction, { pending }: LoopState, actions: readonly Action[], at: number): number {
  return appendOne(transaction, 'pending', pending, { at, value: { actions } }, bytesOf([actions]));
}

/** The oldest pending entries, at most `limit`. Entries that were tried before have their attempts. */
export async function readPending(
  transaction: ReadTransaction,
  state: LoopState,
  limit: number,
): Promise<WaitingEntry[]> {
  if (state.pending.count === 0) return [];
  const entries = await transaction.readForward('pending', state.pending.first, limit);
  return entries.map((entry) => pendingOf(state, entry));
}

/** Notes that the next `count` actions of an entry are done. After the last one, the entry is removed. */
export async function concludePiece(
  transaction: WriteTransaction,
  state: LoopState,
  seq: number,
  count: number,
): Promise<void> {
  const { pending } = state;
  const entry = await entryAt(transaction, 'pending', seq);
  const left = entry === undefined ? 0 : pendingOf(state, entry).actions.length - count;
  const done = (state.tries[seq]?.done ?? 0) + count;
  if (left > 0) {
    state.tries[seq] = { attempts: 0, until: 0, done, size: left };
    return;
  }
  await transaction.removeRange('pending', seq, seq);
  countOut(pending, 1);
  if (seq === pending.first) pending.first = seq + 1;
  delete state.tries[seq];
}

/**
 * Notes that an action failed and waits for its next try. If its call has more actions, it gets an entry of its own, so
 * the others don't wait with it.
 *
 * @param known the progress of its tries
 */
export async function postponeAction(
  transaction: WriteTransaction,
  state: LoopState,
  seq: number,
  action: Action,
  known: Pick<Try, 'attempts' | 'until' | 'isOver'>,
): Promise<void> {
  const entry = await entryAt(transaction, 'pending', seq);
  if (entry === undefined || pendingOf(state, entry).actions.length <= 1) {
    state.tries[seq] = { ...known, done: state.tries[seq]?.done ?? 0, size: 1 };
    return;
  }
  const own = appendPending(transaction, state, [action], entry.at);
  state.tries[own] = { ...known, done: 0, size: 1 };
  await concludePiece(transaction, state, seq, 1);
}

/** An entry without the actions that are already done. */
export function pendingOf(state: LoopState, { seq, at, value }: JournalEntry): WaitingEntry {
  const { done, attempts } = state.tries[seq] ?? { done: 0, attempts: 0 };
  return { seq, at, actions: actionsIn(value).slice(done), attempts };
}
