import { UNCHANGED } from '../loop/commit/loop-store.ts';
import type { OutgoingFeedbackEvent } from '../loop/feedback-event.ts';
import { STATE_KEY, type LoopState } from '../loop/state/loop-state.ts';
import { readLoopState } from '../loop/state/read-loop-state.ts';
import { createUnderWay } from '../loop/under-way.ts';
import { isSameData } from '../model/same-data.ts';
import type { LoopSettings } from '../model/settings.ts';
import { isStorageError } from '../storage/is-storage-error.ts';
import type { HostOptions } from './host-types.ts';
import { createLoopSession, type LoopSession } from './loop-session.ts';

/** The loops that a host has at work. Its memory is a cache: a loop that is not in it is made from what is stored. */
export interface LoopSessions {
  /** The loop, with its stored settings. */
  get(name: string): Promise<LoopSession>;
  /** Like `get`, for the host's own work: also a stored loop that pages may no longer open. */
  resume(name: string): Promise<LoopSession>;
  /** The loop, with new settings from a page. They are stored, so a wake-up without a page uses the same. */
  open(name: string, settings: LoopSettings): Promise<{ readonly session: LoopSession; readonly isStored: boolean }>;
  /**
   * Erases a loop, or with null all of them, once everything in its queue is stored. Loops at work then begin anew, with
   * the settings that they had.
   *
   * @param remove removes what is stored
   */
  erase(name: string | null, remove: () => Promise<void>): Promise<void>;
  /** The loops that have anything stored. */
  names(): Promise<string[]>;
  /** Waits for what is in progress in all of them. */
  close(): Promise<void>;
}

/** The most loops that a host has at work; beyond it, the one used the longest time ago is dropped. */
const LOOP_LIMIT = 1_000;

/**
 * Makes the sessions of one host.
 *
 * @param options of the host
 * @param changed called after each commit
 */
export function createLoopSessions(
  options: HostOptions,
  changed: (event: Extract<OutgoingFeedbackEvent, { readonly type: 'changed' }>) => void,
): LoopSessions {
  const { persistence, log, fix = (wanted) => wanted, allow, sourced = [] } = options;
  // Holds promises, not sessions: two calls at the start must not make two workers of one loop. In the order of their
  // last use.
  const sessions = new Map<string, Promise<LoopSession>>();
  /** All loops that were ever at work here: this host announces their changes. */
  const seen = new Set<string>();
  // Clients hear of a nudge through the change that made it.
  const tell = (event: OutgoingFeedbackEvent): void => {
    if (event.type === 'changed') changed(event);
  };

  /**
   * Dropped or erased sessions that are still at work, for instance in a slow strategy. Only closing the storage waits
   * for them.
   */
  const ending = createUnderWay();
  const end = (session: Promise<LoopSession> | undefined): void => {
    if (session !== undefined) void ending.add(session.then(({ stop }) => stop()));
  };

  const start = (name: string, settings: LoopSettings, previous?: LoopSession): LoopSession => createLoopSession(name, settings, options, tell, previous);

  /** Makes the session that a page asks for; it must hear that the strategy it chooses can't be made here. */
  const make = async (
    name: string,
    settings: LoopSettings,
    before: Promise<LoopSession> | undefined,
  ): Promise<LoopSession> => {
    const previous = await before?.catch(() => undefined);
    // One without a strategy is made anew: what the strategy lacked may be there now.
    if (previous !== undefined && previous.unable === undefined && isSameData(previous.settings, settings)) return previous;
    const session = start(name, settings, previous);
    if (session.unable !== undefined) throw session.unable;
    // Not awaited: the two can't disturb each other, since all changes of the loop are in one queue.
    end(before);
    return session;
  };

  const forget = (name: string): void => {
    end(sessions.get(name));
    sessions.delete(name);
  };

  const keep = (name: string, session: Promise<LoopSession>): Promise<LoopSession> => {
    sessions.delete(name);
    sessions.set(name, session);
    session.catch(() => sessions.get(name) === session && sessions.delete(name));
    const [oldest = name] = sessions.keys();
    if (sessions.size > LOOP_LIMIT) forget(oldest);
    return session;
  };

  /**
   * Announces what is stored of a loop, when this host first sees it. A host that was stopped between a commit and its
   * announcement told nobody, and a client that resends that call only learns that it was taken.
   */
  const announceFound = (name: string, { revision, outbox }: LoopState): void => {
    if (outbox.count > 0 && !seen.has(name)) changed({ type: 'changed', loop: name, revision, outbox: outbox.next });
    seen.add(name);
  };

  /** Whether an optional write was done: a full disk must not keep a page from reading, nor from freeing space. */
  const isDone = (write: Promise<unknown>, reason: string): Promise<boolean> =>
    write.then(
      () => true,
      (error: unknown) => {
        if (!isStorageError(error)) throw error;
        log.warn('storage.degraded', { reason, code: error.code });
        return false;
      },
    );

  const fromStored = async (name: string): Promise<LoopSession> => {
    const state = await persistence.read(name, async (transaction) => readLoopState(await transaction.readDocument(STATE_KEY)));
    announceFound(name, state);
    return start(name, fix(state.settings));
  };

  /** Starts another life of the loop, with the settings in force until a page greets again: the stored ones are gone. */
  const renew = (name: string): void => {
    const before = sessions.get(name);
    forget(name);
    const begin = ({ life, settings }: LoopSession): LoopSession => {
      life.isOver = true;
      return start(name, settings);
    };
    if (before !== undefined) void keep(name, before.then(begin));
  };

  // All later calls go the same way: they must not overtake each other here.
  const resume = (name: string): Promise<LoopSession> => keep(name, sessions.get(name) ?? fromStored(name));

  return {
    get(name) {
      allow?.(name);
      return resume(name);
    },
    resume,
    async open(name, wanted) {
      allow?.(name);
      const settings = fix(wanted);
      if (!isSameData(settings, wanted)) log.info('settings.overridden', { loop: name });
      const before = sessions.get(name);
      const made = make(name, settings, before);
      // If a greeting is refused, such as one from a newer page, only that fails: calls of other tabs use the session
      // from before it.
      void keep(name, made.catch(() => before ?? fromStored(name)));
      const session = await made;
      const storing = session.worker.change(async (_transaction, state) => {
        announceFound(name, state);
        // Store what the page asked for. What the script fixes is applied at each start, and may change with the script.
        if (isSameData(state.settings, wanted)) return UNCHANGED;
        state.settings = wanted;
        // Another strategy, or more room, may be what was missing; what fails again waits again.
        state.backoff = null;
        return undefined;
      });
      const isStored = await isDone(storing, 'settings not stored');
      // A smaller retention takes effect at once, not only with the next action.
      await isDone(session.worker.prune(), 'not pruned');
      return { session, isStored };
    },
    async erase(name, remove) {
      // Loops that are not at work yet have settings to keep, too. But no more loops than fit, or those at work, which
      // come first, would be dropped for others.
      const known = name === null ? [...new Set([...sessions.keys(), ...(await persistence.loops().catch(() => []))])].slice(0, LOOP_LIMIT) : [name];
      // A loop that can't be opened has nothing in progress.
      await Promise.allSettled(known.map(async (loop) => (await resume(loop)).worker.reached()));
      await remove();
      // Also loops without anything stored: something may be in progress.
      known.forEach(renew);
    },
    names: async () => [...new Set([...(await persistence.loops()), ...sourced])],
    async close() {
      [...sessions.values()].forEach(end);
      await ending.settled();
    },
  };
}
