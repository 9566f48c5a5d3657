import type { Action } from '../../model/action.ts';
import type { Nudge } from '../../model/nudge.ts';
import type { WriteTransaction } from '../../storage/persistence.ts';
import { stamped } from '../state/history.ts';
import { hasPendingWork, type LoopState } from '../state/loop-state.ts';
import { putPending } from '../state/pending.ts';
import { makeRoom } from '../state/storage-room.ts';
import { applyActions } from './apply.ts';
import type { LoopRuntime } from './loop-runtime.ts';

/** What became of new actions. */
export interface Taken {
  /** The new nudges, if the actions were judged at once. */
  readonly nudges: readonly Nudge[];
  /** The strategy is still to be asked. */
  readonly isPending: boolean;
}

/**
 * Takes new actions. A trusted strategy judges them at once, unless something waits to be judged before them: a host that
 * lacks the strategy may have left actions or a goal. All others wait until the strategy is asked.
 *
 * @param bytes the actions' length as JSON, if it is known
 * @throws NudgeloopError `queue.full`, `storage.quota`, `action.invalid` for too many metrics, or `strategy.failed`; nothing
 * is taken
 */
export async function takeActions(
  transaction: WriteTransaction,
  state: LoopState,
  runtime: LoopRuntime,
  actions: readonly Action[],
  bytes?: number,
): Promise<Taken> {
  await makeRoom(transaction, state, actions, runtime, bytes);
  // What was missing may be there now.
  state.backoff = null;
  const isPending = runtime.strategy.trusted !== true || hasPendingWork(state);
  if (!isPending) return { nudges: await applyActions(transaction, state, runtime, actions, { bytes }), isPending };
  const { clock, timestampField, pendingLimit } = runtime;
  const now = clock.now();
  // However late they are judged, they happened now.
  putPending(transaction, state, actions.map((action) => stamped(action, { timestampField, now })), now, pendingLimit);
  return { nudges: [], isPending };
}
