import type { Log } from '../../log/log.ts';
import { isAfterErasure, isEpoch } from '../../model/epoch.ts';
import type { LoopEvent } from '../../protocol/events.ts';
import type { SessionMember } from './session-types.ts';

/** Tracks which epoch of the database the page knows, and tells the loops when another one began. */
export interface EpochWatch {
  /** The known epoch. */
  current(): string | undefined;
  /** Notes the epoch in an answer. Only answers can be trusted: any script of the origin can send on the channel. */
  note(next: string | undefined): void;
  /**
   * Takes an announcement: hands it to the loop that it is about, unless it is about another database or no news. Of
   * another epoch the host is asked. An erasure of all loops may end the epoch.
   */
  hear(epoch: string, event: LoopEvent): void;
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
  readonly members: readonly Pick<SessionMember, 'name' | 'lost' | 'emit' | 'hear'>[];
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
  /** The epoch that began with the last erasure of all loops that was reported to the app. */
  let reportedErasure: string | undefined;
  /** The epoch that was lost last. It comes back if memory stood in for a database that could not be opened. */
  let left: string | undefined;

  /** The app erased all loops, in this tab or another, and that began the epoch `next`. */
  const reportErasure = (next: string): void => {
    if (next === reportedErasure) return;
    reportedErasure = next;
    members.forEach((member) => member.lost(true));
    members.forEach((member) => member.emit('erased', { loop: null }));
  };

  const tell = (event: LoopEvent): void => members.find(({ name }) => name === event.loop)?.hear(event);

  return {
    current: () => epoch,
    note(next) {
      if (!isEpoch(next) || next === epoch) return;
      const previous = epoch;
      epoch = next;
      patch({ epoch: next });
      if (previous === undefined) return;
      // This tab slept through the erasure, or another message overtook its announcement.
      if (isAfterErasure(next) && next !== left) return reportErasure(next);
      left = previous;
      log.warn('epoch.reset', { previous, epoch: next });
      onLost();
      members.forEach((member) => member.lost(false));
      members.forEach((member) => member.emit('epoch.reset', { previous, epoch: next }));
    },
    hear(next, event) {
      const isOfAll = event.loop === null;
      // Reported already, when an answer with the new epoch overtook this event; or this is the first epoch that the
      // page knows.
      if (isOfAll && (next === reportedErasure || next === epoch)) return;
      if (next !== epoch) {
        const asked = ask();
        // It is about another database, such as one that a tab keeps in memory: loops there are not the ones here. If it
        // is the same database, erased or lost, the answer says so, and this event is of its new epoch.
        if (epoch !== undefined) {
          void asked.then(() => next === epoch && tell(event));
          return;
        }
        // A page that is about to connect has nothing that could have been erased: its goal belongs to the next life.
        if (!isConnected() && event.type === 'loop.erased') return;
      }
      // This reaches a page whose greeting was refused, and which so knows no epoch.
      if (isOfAll) reportErasure(next);
      else tell(event);
    },
    noteErasure(before) {
      // Usually the epoch in an answer tells that everything is gone. If a refused greeting had told no epoch, this does.
      if (before === undefined && epoch !== undefined) reportErasure(epoch);
    },
    forget() {
      epoch = undefined;
    },
  };
}
