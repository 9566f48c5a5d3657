import type { Log } from '../../log/log.ts';
import { isAfterErasure, isEpoch } from '../../model/epoch.ts';
import type { BroadcastEnvelope } from '../../protocol/events.ts';
import type { SessionMember } from './session-types.ts';

/** Tracks which epoch of the database the page knows, and tells the loops when another one began. */
export interface EpochWatch {
  /** The known epoch. */
  current(): string | undefined;
  /** Notes the epoch in an answer. Only answers can be trusted: any script of the origin can send on the channel. */
  note(next: string | undefined): void;
  /** Whether an announcement is about the database that the page knows, and still news. May end the epoch. */
  hears(envelope: BroadcastEnvelope): boolean;
  /**
   * This client erased all loops, and the answer's epoch is noted.
   *
   * @param before the epoch that was known when it asked
   */
  noteErasure(before: string | undefined): void;
  /** The next host may have another database, which does not mean that this one was lost. */
  forget(): void;
}

/** Options of `createEpochWatch`. */
export interface EpochWatchOptions {
  /** The loops of the client; more may join. */
  readonly members: readonly Pick<SessionMember, 'lost' | 'tell'>[];
  /** Puts facts into the state of each loop, now or when it joins. */
  readonly patch: SessionMember['patch'];
  readonly log: Log;
  readonly isConnected: () => boolean;
  /** Asks the host for its epoch, which is noted when the answer comes. */
  readonly ask: () => Promise<void>;
  /** Called when the database was lost. */
  readonly onLost: () => void;
}

/** Makes the watch; no epoch is known at first. */
export function createEpochWatch({ members, patch, log, isConnected, ask, onLost }: EpochWatchOptions): EpochWatch {
  let epoch: string | undefined;
  /** The epoch that began with the erasure which the loops were told of last. */
  let toldErasure: string | undefined;

  /** The app erased all loops, in this tab or another, and that began the epoch `next`. */
  const allErased = (next: string): void => {
    toldErasure = next;
    members.forEach((member) => member.lost(true));
    members.forEach((member) => member.tell('erased', { loop: null }));
  };

  return {
    current: () => epoch,
    note(next) {
      if (!isEpoch(next) || next === epoch) return;
      const previous = epoch;
      epoch = next;
      patch({ epoch: next });
      if (previous === undefined || next === toldErasure) return;
      // This tab slept through the erasure, or another message overtook its announcement.
      if (isAfterErasure(next)) return allErased(next);
      log.warn('epoch.reset', { previous, epoch: next });
      onLost();
      members.forEach((member) => member.lost(false));
      members.forEach((member) => member.tell('epoch.reset', { previous, epoch: next }));
    },
    hears({ event, epoch: next }) {
      const isOfAll = event.type === 'loop.erased' && event.loop === null;
      // Reported already, when an answer with the new epoch overtook this event; or this is the first epoch that the
      // page knows.
      if (isOfAll && (next === toldErasure || next === epoch)) return false;
      if (next !== epoch) {
        void ask();
        // It is about another database, such as one that a tab keeps in memory: loops there are not the ones here. If it
        // is the same database, erased or lost, the answer says so.
        if (epoch !== undefined) return false;
        // A page that is about to connect has nothing that could have been erased: its goal belongs to the next life.
        if (!isConnected() && event.type === 'loop.erased') return false;
      }
      if (!isOfAll) return true;
      // This reaches a page whose greeting was refused, and which so knows no epoch.
      allErased(next);
      return false;
    },
    noteErasure(before) {
      // Usually the epoch in an answer tells that everything is gone. If a refused greeting had told no epoch, this does.
      if (before === undefined && epoch !== undefined && epoch !== toldErasure) allErased(epoch);
    },
    forget() {
      epoch = undefined;
    },
  };
}
