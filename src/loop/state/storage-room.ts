import { NudgeloopError } from '../../errors.ts';
import type { LogWriter } from '../../log/log.ts';
import type { Action } from '../../model/action.ts';
import type { WriteTransaction } from '../../storage/persistence.ts';
import type { LoopState } from './loop-state.ts';
import { assertMetrics } from './metrics.ts';
import { dropOldest, MAKES_ROOM } from './outbox.ts';
import { bytesOf } from './tally.ts';

/** How much a loop may store by default: 50 million bytes. */
export const DEFAULT_STORAGE_LIMIT = 50_000_000;

/** Approximately how many bytes a loop has stored. */
export function bytesIn({ history, pending, outbox, dead }: LoopState): number {
  return history.bytes + pending.bytes + outbox.bytes + dead.bytes;
}

/** Whose room it is, and how much. */
export interface Room {
  readonly loop: string;
  /** Bytes. */
  readonly storageLimit: number;
  /** Gets `outbox.dropped`. */
  readonly log?: LogWriter | undefined;
}

/**
 * Makes sure that actions still fit. The limit is our own, since no browser tells truly how much room there is. If an
 * origin nearly fills the disk, the browser throws all its data out, and users can't tell which site took the space.
 * Old nudges give way to new actions, as in a full outbox.
 *
 * @param bytes the size of the actions, if it is known
 * @throws NudgeloopError `storage.quota`, or `action.invalid` for too many metrics; nothing is taken, and nothing
 * dropped
 */
export async function makeRoom(
  transaction: WriteTransaction,
  state: LoopState,
  actions: readonly Action[],
  room: Room,
  bytes = bytesOf(actions),
): Promise<void> {
  assertMetrics(state, actions);
  await makeRoomForBytes(transaction, state, bytes, room);
}

/**
 * Makes room for a number of bytes, whatever metrics are in them.
 *
 * @throws NudgeloopError `storage.quota`; nothing is dropped
 */
export async function makeRoomForBytes(
  transaction: WriteTransaction,
  state: LoopState,
  bytes: number,
  room: Room,
): Promise<void> {
  const { storageLimit: limit } = room;
  const seen = bytesIn(state);
  // What is empty needs no room.
  if (bytes === 0) return;
  if (seen + bytes - limit > state.outbox.bytes) {
    throw new NudgeloopError(
      'storage.quota',
      `The loop holds about ${seen} bytes, and storageLimit is ${limit}; nothing was taken. Discard dead letters, lower retentionLimit or retentionWindow, or raise storageLimit.`,
      { seen, limit, problem: 'storageLimit' },
    );
  }
  await dropForRoom(transaction, state, bytes, room);
}

/**
 * Drops old nudges, as far as there are any, to make room for a number of bytes. For a new nudge, this comes before it is put
 * into the outbox: a suggestion may be many times as large as the action that it is for.
 */
export async function dropForRoom(
  transaction: WriteTransaction,
  state: LoopState,
  bytes: number,
  { loop, storageLimit: limit, log }: Room,
): Promise<void> {
  const excess = bytesIn(state) + bytes - limit;
  const { count, bytes: held } = state.outbox;
  if (excess <= 0 || count === 0) return;
  const wanted = Math.ceil((count * excess) / held + count * MAKES_ROOM);
  const dropped = await dropOldest(transaction, state, Math.min(count, wanted));
  log?.warn('outbox.dropped', { loop, dropped, limit, problem: 'storageLimit' });
}
