import { initialLoopState, STATE_KEY, type LoopState } from '../loop/state/loop-state.ts';
import { readLoopState } from '../loop/state/read-loop-state.ts';
import type { JsonValue } from '../model/plain-data.ts';
import type { WorkerAnswers } from '../protocol/api.ts';
import type { HostEvent } from '../protocol/events.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';
import type { GoalFeedbackPersistence, ReadTransaction } from '../storage/persistence.ts';
import type { HostOptions } from './host-types.ts';
import type { LoopSessions } from './loop-sessions.ts';

/** What an erasure needs. */
export interface EraseContext extends Pick<HostOptions, 'persistence' | 'eraseRealm' | 'publish'> {
  readonly sessions: LoopSessions;
  readonly announce: (event: HostEvent) => void;
}

/** The life that ended, if one loop was erased: empty if nothing was stored. */
interface Ended {
  readonly incarnation?: string;
}

/**
 * Removes one loop or, with null, everything: first the rows in the database, then what the realm shows for it. The
 * counts are taken in the transaction that removes, and all loops go in one transaction: an erasure that is refused, as
 * on a full disk, has removed nothing. If memory replaces a failed storage, that storage is erased first: otherwise its
 * content would come back.
 */
export async function eraseLoops(loop: string | null, context: EraseContext): Promise<WorkerAnswers['erase']> {
  const { persistence, sessions, announce, publish } = context;
  const names = new Set<string>();
  const counts = { actions: 0, pending: 0, nudges: 0, deadLetters: 0 };
  /**
   * Event and answer name the life that ended. So a page knows whether it heard of it before: what it set since belongs
   * to the next life.
   */
  const eraseIn = async (storage: GoalFeedbackPersistence): Promise<Ended> => {
    // By name: a storage that is refused looks again when it tries again.
    const found = new Map<string, LoopState>();
    const look = async (name: string, transaction: ReadTransaction): Promise<void> => {
      found.set(name, stateOf(await transaction.readDocument(STATE_KEY)));
    };
    if (loop === null) await storage.eraseAll(look);
    else {
      await storage.write(loop, async (transaction) => {
        await look(loop, transaction);
        transaction.clear();
      });
    }
    for (const [name, { history, pending, outbox, dead }] of found) {
      names.add(name);
      counts.actions += history.count;
      counts.pending += pending.count;
      counts.nudges += outbox.count;
      counts.deadLetters += dead.count;
    }
    return loop === null ? {} : { incarnation: found.get(loop)!.incarnation };
  };
  const eventOf = (ended: Ended): HostEvent => ({ type: 'loop.erased', loop, ...ended });
  let erased: Ended = {};
  let tellOthers = (): void => undefined;
  const remove = async (): Promise<void> => {
    const { replaces } = persistence;
    if (replaces !== undefined) {
      const event = eventOf(await eraseIn(replaces));
      const tell = (epoch: string): void => publish({ nudgeloop: PROTOCOL_VERSION, epoch, event });
      // Tabs with that storage ignore events about another one.
      tellOthers = () => void replaces.epoch().then(tell).catch(() => undefined);
    }
    erased = await eraseIn(persistence);
  };
  await sessions.erase(loop, remove);
  // Later calls wait for this too: otherwise tabs would hear of the next life first, and the realm would close what it
  // shows for that.
  const realm = await context.eraseRealm?.(loop);
  announce(eventOf(erased));
  tellOthers();
  return { ...erased, loops: [...names], ...counts, notifications: realm?.notifications ?? 0, tags: realm?.tags ?? 0 };
}

/** The state, as far as it can be read: even spoiled data must be erasable. */
function stateOf(document: JsonValue | undefined): LoopState {
  try {
    return readLoopState(document);
  } catch {
    return initialLoopState();
  }
}
