import type { LogWriter } from '../log/log.ts';
import type { Nudge } from '../model/nudge.ts';
import type { WriteTransaction } from '../storage/persistence.ts';
import { checkImport } from './check-import.ts';
import { UNCHANGED } from './commit/loop-store.ts';
import type { Operation } from './commit/operation.ts';
import { once, type CallId } from './commit/receipts.ts';
import { importLoop } from './import-loop.ts';
import type { LoopWorker } from './loop-worker.ts';
import type { LoopRuntime } from './processing/loop-runtime.ts';
import { takeDeadLetters } from './state/dead-letters.ts';
import { resetHistory } from './state/history.ts';
import type { LoopState } from './state/loop-state.ts';
import { acknowledgeNudges } from './state/outbox.ts';

/** What carries out the changes below, which hosts and `GoalFeedbackWorker` share. */
type Changes = Pick<LoopWorker, 'change'>;

/**
 * Removes nudges from the outbox.
 *
 * @returns the places that this call acknowledged, and all that are gone now, whoever acknowledged them
 */
export async function acknowledge(
  worker: Changes,
  nudges: readonly Pick<Nudge, 'seq' | 'id'>[],
  call?: CallId,
): Promise<{ readonly acknowledged: readonly number[]; readonly gone: readonly number[] }> {
  let gone: readonly number[] = [];
  const operation: Operation<readonly number[]> = async (transaction, state) => {
    const found = await acknowledgeNudges(transaction, state, nudges);
    gone = found.gone;
    return found.acknowledged.length === 0 ? UNCHANGED : found.acknowledged;
  };
  const done = (await worker.change(once(call, JSON.stringify(nudges), operation, (seqs) => seqs))) ?? [];
  return { acknowledged: done, gone: gone.length > 0 ? gone : done };
}

/**
 * Empties the history.
 *
 * @returns how many actions were removed
 */
export async function emptyHistory(worker: Changes, call?: CallId): Promise<number> {
  return (await worker.change(once(call, '"resetHistory"', resetHistory, (count) => count))) ?? 0;
}

/**
 * Replaces what a loop holds with an export.
 *
 * @returns how many actions the file holds, including pending ones
 * @throws NudgeloopError `message.invalid`, `action.invalid`, `goal.invalid`, `queue.full` or `storage.quota`; nothing
 * is changed
 */
export async function takeImport(worker: Changes, runtime: LoopRuntime, data: unknown, call?: CallId): Promise<number> {
  const given = checkImport(data, runtime);
  const operation = (transaction: WriteTransaction, state: LoopState, log: LogWriter) => importLoop(transaction, state, { ...runtime, log }, given);
  await worker.change(once(call, '"importLoop"', operation));
  return given.actions;
}

/**
 * Removes dead letters, either for good or to retry them.
 *
 * @returns the places of those that were there
 * @throws NudgeloopError `queue.full`; nothing is changed
 */
export async function moveDeadLetters(
  worker: Changes,
  { clock, pendingLimit }: Pick<LoopRuntime, 'clock' | 'pendingLimit'>,
  what: 'retry' | 'discard',
  { seqs, ats = [] }: { readonly seqs: readonly number[]; readonly ats?: readonly number[] | undefined },
  call?: CallId,
): Promise<number[]> {
  const moved = await worker.change(
    once(
      call,
      JSON.stringify([what, ...seqs]),
      (transaction, state) => takeDeadLetters(transaction, state, seqs, ats, what === 'retry' ? { now: clock.now(), limit: pendingLimit } : undefined),
      (done) => done,
    ),
  );
  return moved ?? [];
}
