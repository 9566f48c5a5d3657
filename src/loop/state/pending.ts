import type { Clock } from '../../clock.ts';
import { NudgeloopError, type NudgeloopErrorData } from '../../errors.ts';
import { GROWN_LIMITS, type Action } from '../../model/action.ts';
import type { DeadLetter, PendingEntry } from '../../model/inspection.ts';
import { copyPlainData, isPlainRecord } from '../../model/plain-data.ts';
import type { JournalEntry, ReadTransaction, WriteTransaction } from '../../storage/persistence.ts';
import type { LoopState, Try } from './loop-state.ts';
import { stamped } from './history.ts';
import { appendOne, bytesOf, countOut } from './tally.ts';

/** The most calls that wait to be processed, by default. */
export const DEFAULT_PENDING_LIMIT = 10_000;

/** The most dead letters, by default. */
export const DEFAULT_DEAD_LETTER_LIMIT = 1_000;

/** A pending entry as the loop itself reads it. Only an inspection tells when it is tried next. */
export type WaitingEntry = Omit<PendingEntry, 'nextAt'>;

interface StoredPending {
  readonly actions: Action[];
}

interface StoredDeadLetter extends StoredPending {
  readonly attempts: number;
  readonly reason: DeadLetter['reason'];
}

/**
 * Accepts new actions. Those without a timestamp get the present time, however late they are judged.
 *
 * @throws NudgeloopError `queue.full`; nothing is taken
 */
export function putNewPending(
  transaction: WriteTransaction,
  state: LoopState,
  actions: readonly Action[],
  { clock, timestampField, pendingLimit }: { readonly clock: Pick<Clock, 'now'>; readonly timestampField: string; readonly pendingLimit: number },
): void {
  const now = clock.now();
  putPending(transaction, state, actions.map((action) => stamped(action, { timestampField, now })), now, pendingLimit);
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
  const [entry] = await transaction.readForward('pending', seq, 1);
  const left = entry?.seq === seq ? pendingOf(state, entry).actions.length - count : 0;
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
  const [entry] = await transaction.readForward('pending', seq, 1);
  if (entry?.seq !== seq || pendingOf(state, entry).actions.length <= 1) {
    state.tries[seq] = { ...known, done: state.tries[seq]?.done ?? 0, size: 1 };
    return;
  }
  const own = appendPending(transaction, state, [action], entry.at);
  state.tries[own] = { ...known, done: 0, size: 1 };
  await concludePiece(transaction, state, seq, 1);
}

/** Whether there is no room for another dead letter. A count without entries means damaged rows; it is corrected. */
export async function isBoxFull(transaction: ReadTransaction, { dead }: LoopState, limit: number): Promise<boolean> {
  if (dead.count < limit) return false;
  const isEmpty = (await transaction.readForward('dead', 0, 1)).length === 0;
  if (isEmpty) countOut(dead, dead.count);
  return !isEmpty;
}

/** Adds a dead letter. */
export function buryActions(
  transaction: WriteTransaction,
  state: LoopState,
  { actions, attempts }: Pick<DeadLetter, 'actions' | 'attempts'>,
  { code, details }: NudgeloopErrorData,
  now: number,
): void {
  const value = { actions: [...actions], attempts, reason: details === undefined ? { code } : { code, details } };
  appendOne(transaction, 'dead', state.dead, { at: now, value }, bytesOf([value]));
}

/** A dead letter as it was stored. */
export function deadLetterOf({ seq, at, value }: JournalEntry): DeadLetter {
  const { attempts = 0, reason = { code: '' } } = (isPlainRecord(value) ? value : {}) as Partial<StoredDeadLetter>;
  return { seq, at, actions: actionsIn(value), attempts, reason };
}

/**
 * Removes dead letters. With `retry`, their actions are pending again, without earlier tries.
 *
 * @param ats when each became a dead letter, in epoch milliseconds; a place without a time matches any
 * @returns those that were there
 */
export async function takeDeadLetters(
  transaction: WriteTransaction,
  state: LoopState,
  seqs: readonly number[],
  ats: readonly number[],
  retry: { readonly now: number; readonly limit: number } | undefined,
): Promise<number[]> {
  const taken: number[] = [];
  const wanted = new Map(seqs.map((seq, index) => [seq, ats[index]]));
  for (const [seq, at] of [...wanted].sort(([a], [b]) => a - b)) {
    const [entry] = await transaction.readForward('dead', seq, 1);
    // Another dead letter: after an erasure, places start again.
    if (entry?.seq !== seq || (at !== undefined && entry.at !== at)) continue;
    if (retry !== undefined) {
      putPending(transaction, state, actionsIn(entry.value), retry.now, retry.limit);
      // Somebody asks for a try, as with a new action.
      state.backoff = null;
    }
    await transaction.removeRange('dead', seq, seq);
    countOut(state.dead, 1);
    taken.push(seq);
  }
  return taken;
}

/** An entry without the actions that are already done. */
export function pendingOf(state: LoopState, { seq, at, value }: JournalEntry): WaitingEntry {
  const { done, attempts } = state.tries[seq] ?? { done: 0, attempts: 0 };
  return { seq, at, actions: actionsIn(value).slice(done), attempts };
}

/** The actions of a row. Anything else in it is left out. */
function actionsIn(value: unknown): Action[] {
  const actions: unknown = isPlainRecord(value) ? value['actions'] : undefined;
  if (!Array.isArray(actions)) return [];
  return actions.map(actionIn).filter((action) => action !== undefined);
}

/** A stored action, or undefined: any script of the origin can write rows, and the app gets what is read. */
export function actionIn(value: unknown): Action | undefined {
  const copy = isPlainRecord(value) ? copyPlainData(value, GROWN_LIMITS) : undefined;
  return copy !== undefined && 'data' in copy ? (copy.data as Action) : undefined;
}
