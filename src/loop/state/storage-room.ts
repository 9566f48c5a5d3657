import { NudgeloopError } from '../../errors.ts';
import type { Action } from '../../model/action.ts';
import type { LoopState } from './loop-state.ts';
import { assertMetrics } from './metrics.ts';
import { bytesOf } from './tally.ts';

/** Room that a loop may take, if the settings name no other limit: 50 million bytes. */
export const DEFAULT_STORAGE_LIMIT = 50_000_000;

/** What is stored of a loop, in bytes, about. */
export function bytesIn({ history, pending, outbox, dead }: LoopState): number {
  return history.bytes + pending.bytes + outbox.bytes + dead.bytes;
}

/**
 * Makes sure that actions still fit. A bound of our own, since no browser says truly how much room there is: one that
 * nearly fills the disk gets a whole origin thrown out, and every other site's data looks the same to the user.
 *
 * @param limit in bytes
 * @param bytes what the actions take, if it is known already
 * @throws NudgeloopError `storage.quota`, or `action.invalid` for too many metrics; nothing is taken
 */
export function assertRoom(state: LoopState, actions: readonly Action[], limit: number, bytes = bytesOf(actions)): void {
  assertMetrics(state, actions);
  const used = bytesIn(state);
  if (used + bytes <= limit) return;
  throw new NudgeloopError(
    'storage.quota',
    `The loop holds about ${used} bytes, and storageLimit is ${limit}; nothing was taken. Acknowledge nudges, discard dead letters, lower retentionLimit or retentionWindow, or raise storageLimit.`,
    { seen: used, limit, problem: 'storageLimit' },
  );
}
