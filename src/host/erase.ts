import { initialLoopState, readLoopState, STATE_KEY, type LoopState } from '../loop/loop-state.ts';
import type { JsonValue } from '../model/plain-data.ts';
import type { EraseReceipt } from '../protocol/api.ts';
import type { HostEvent } from '../protocol/events.ts';
import type { HostOptions } from './host-types.ts';
import type { LoopSessions } from './loop-sessions.ts';

/** What erasing reaches. */
export interface EraseContext extends Pick<HostOptions, 'persistence' | 'eraseRealm'> {
  readonly sessions: LoopSessions;
  readonly announce: (event: HostEvent) => void;
}

/**
 * Removes one loop or, with null, everything: rows in the database first, then what the realm shows for it. The count
 * of what went is taken in the same transaction that removes it.
 */
export async function eraseLoops(loop: string | null, context: EraseContext): Promise<EraseReceipt> {
  const { persistence, sessions, announce } = context;
  const names = loop === null ? await persistence.loops() : [loop];
  const counts = { actions: 0, pending: 0, nudges: 0, deadLetters: 0 };
  for (const name of names) {
    await persistence.write(name, async (transaction) => {
      const { history, pending, outbox, dead } = stateOf(await transaction.readDocument(STATE_KEY));
      transaction.clear();
      counts.actions += history.count;
      counts.pending += pending.count;
      counts.nudges += outbox.count;
      counts.deadLetters += dead.count;
    });
    sessions.forget(name);
  }
  if (loop === null) await persistence.eraseAll();
  const realm = await context.eraseRealm?.(loop);
  announce({ type: 'loop.erased', loop });
  return { loops: names, ...counts, notifications: realm?.notifications ?? 0, tags: realm?.tags ?? 0 };
}

/** The state, as far as it can be read: what something else spoiled must be erasable all the same. */
function stateOf(document: JsonValue | undefined): LoopState {
  try {
    return readLoopState(document);
  } catch {
    return initialLoopState();
  }
}
