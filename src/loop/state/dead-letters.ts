import type { NudgeloopErrorData } from '../../errors.ts';
import type { DeadLetter } from '../../model/inspection.ts';
import { isPlainRecord } from '../../model/plain-data.ts';
import type { JournalEntry, ReadTransaction, WriteTransaction } from '../../storage/persistence.ts';
import { appendOne, entryAt } from './journal-entries.ts';
import type { LoopState } from './loop-state.ts';
import { putPending } from './pending.ts';
import { actionsIn } from './stored-actions.ts';
import { bytesOf, countOut } from './tally.ts';

/** The most dead letters, by default. */
export const DEFAULT_DEAD_LETTER_LIMIT = 1_000;

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
  const value = { actions: [...actions], attempts, reason: { code, ...(details && { details }) } };
  appendOne(transaction, 'dead', state.dead, { at: now, value }, bytesOf([value]));
}

/** A dead letter as it was stored. */
export function deadLetterOf({ seq, at, value }: JournalEntry): DeadLetter {
  const { attempts = 0, reason = { code: '' } } = (isPlainRecord(value) ? value : {}) as Partial<DeadLetter>;
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
    const entry = await entryAt(transaction, 'dead', seq);
    // Another dead letter: after an erasure, places start again.
    if (entry === undefined || (at !== undefined && entry.at !== at)) continue;
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
