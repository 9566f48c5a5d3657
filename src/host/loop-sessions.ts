import { UNCHANGED } from '../loop/commit/loop-store.ts';
import type { OutgoingFeedbackEvent } from '../loop/feedback-event.ts';
import { STATE_KEY } from '../loop/state/loop-state.ts';
import { readLoopState } from '../loop/state/read-loop-state.ts';
import { sameGoal } from '../model/same-goal.ts';
import type { LoopSettings } from '../model/settings.ts';
import { isStorageError } from '../storage/is-storage-error.ts';
import type { HostOptions } from './host-types.ts';
import { createLoopSession, type LoopSession } from './loop-session.ts';

/** The loops that a host has at work. Its memory is a cache: a loop that is not in it is made from what is stored. */
export interface LoopSessions {
  /** The loop, with the settings that are stored for it. */
  get(name: string): Promise<LoopSession>;
  /** As `get`, for what the host does by itself: also a loop that pages may not open any more, of which something is stored. */
  resume(name: string): Promise<LoopSession>;
  /** The loop, with new settings from a page; they are stored, so that a wake-up without a page uses the same. */
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
  /** Settles what is under way in all of them. */
  close(): Promise<void>;
}

/** Loops that a host has at work at the most; the one that was asked for the longest time ago gives way. */
const LOOP_LIMIT = 1_000;

/**
 * Makes the sessions of one host.
 *
 * @param options of the host
 * @param changed told after each commit
 */
export function createLoopSessions(
  options: HostOptions,
  changed: (event: Extract<OutgoingFeedbackEvent, { readonly type: 'changed' }>) => void,
): LoopSessions {
  const { persistence, log, fix = (wanted) => wanted, allow, sourced = [] } = options;
  // A promise is kept, not the session alone: two calls at start must not make two workers of one loop. In the order in which
  // they were asked for last.
  const sessions = new Map<string, Promise<LoopSession>>();
  const told = new Set<string>();
  // Of a nudge the clients hear by the change that made it.
  const tell = (event: OutgoingFeedbackEvent): void => {
    if (event.type === 'changed') changed(event);
  };

  /** What gave way to another, or was erased, and is not done yet: its strategy may be a slow one, which nobody waits for but whoever closes the storage. */
  const ending = new Set<Promise<unknown>>();
  const end = (session: LoopSession): Promise<unknown> => {
    const ended: Promise<unknown> = session.stop().finally(() => ending.delete(ended));
    ending.add(ended);
    return ended;
  };

  const make = async (
    name: string,
    settings: LoopSettings,
    before: Promise<LoopSession> | undefined,
  ): Promise<LoopSession> => {
    const previous = await before?.catch(() => undefined);
    if (previous !== undefined && sameSettings(previous.settings, settings)) return previous;
    const session = createLoopSession(name, settings, options, tell, previous);
    // Not awaited. The two can't disturb each other: what changes the loop stands in one queue.
    if (previous !== undefined) void end(previous);
    return session;
  };

  const forget = (name: string): void => {
    void sessions.get(name)?.then(end).catch(() => undefined);
    sessions.delete(name);
  };

  const keep = (name: string, session: Promise<LoopSession>): Promise<LoopSession> => {
    sessions.delete(name);
    sessions.set(name, session);
    session.catch(() => sessions.get(name) === session && sessions.delete(name));
    for (const oldest of sessions.keys()) {
      if (sessions.size <= LOOP_LIMIT) break;
      forget(oldest);
    }
    return session;
  };

  /**
   * The settings that are stored. Where the loop stands is told with it: a host that was stopped between a commit and its
   * announcement told nobody, and whoever resends that call learns only that it was taken.
   */
  const stored = async (name: string): Promise<LoopSettings> => {
    const state = await persistence.read(name, async (transaction) => readLoopState(await transaction.readDocument(STATE_KEY)));
    const { settings, revision, outbox } = state;
    // Once: a loop that gave way to others and is made again had its changes announced by this host.
    if (outbox.count > 0 && !told.has(name)) changed({ type: 'changed', loop: name, revision, outbox: outbox.next });
    told.add(name);
    return settings;
  };

  /** Whether a write was done that a page can do without: a full disk must keep it neither from reading nor from what makes room. */
  const isDone = (write: Promise<unknown>, reason: string): Promise<boolean> =>
    write.then(
      () => true,
      (error: unknown) => {
        if (!isStorageError(error)) throw error;
        log.warn('storage.degraded', { reason, code: error.code });
        return false;
      },
    );

  const fromStored = async (name: string): Promise<LoopSession> => make(name, fix(await stored(name)), undefined);

  /** Another life of the loop, with the settings that are in force until a page greets again: of what is stored they are gone. */
  const renew = (name: string): void => {
    const before = sessions.get(name);
    forget(name);
    const begin = ({ life, settings }: LoopSession): LoopSession => {
      life.isOver = true;
      return createLoopSession(name, settings, options, tell, undefined);
    };
    if (before !== undefined) void keep(name, before.then(begin));
  };

  // One way for all that come after the first: calls must not overtake each other here.
  const resume = (name: string): Promise<LoopSession> => {
    const known = sessions.get(name);
    if (known === undefined) return keep(name, fromStored(name));
    sessions.delete(name);
    sessions.set(name, known);
    return known;
  };

  return {
    get(name) {
      allow?.(name);
      return resume(name);
    },
    resume,
    async open(name, wanted) {
      allow?.(name);
      const settings = fix(wanted);
      if (!sameSettings(settings, wanted)) log.info('settings.overridden', { loop: name });
      const before = sessions.get(name);
      const made = make(name, settings, before);
      // A greeting that is refused, as of a newer page, is refused alone: calls of other tabs wait for what there was before it.
      void keep(name, made.catch(() => before ?? fromStored(name)));
      const session = await made;
      const storing = session.worker.change(async (_transaction, state) => {
        // What the page asked for: what the script fixes is laid over it at each start, and is not in force any more once it fixes something else.
        if (sameSettings(state.settings, wanted)) return UNCHANGED;
        state.settings = wanted;
        return undefined;
      });
      const isStored = await isDone(storing, 'settings not stored');
      if (before === undefined) await stored(name);
      // A smaller retention holds at once, not only from the next action on.
      await isDone(session.worker.prune(), 'not pruned');
      return { session, isStored };
    },
    async erase(name, remove) {
      // Those that are not at work yet have settings to keep.
      const known = name === null ? [...new Set([...sessions.keys(), ...(await persistence.loops().catch(() => []))])] : [name];
      // What can't be opened has nothing under way.
      await Promise.allSettled(known.map(async (loop) => (await resume(loop)).worker.reached()));
      await remove();
      // Also those of which nothing is stored: something may be under way.
      known.forEach(renew);
    },
    names: async () => [...new Set([...(await persistence.loops()), ...sourced])],
    async close() {
      await Promise.all([...sessions.values()].map((session) => session.then(end).catch(() => undefined)));
      await Promise.all(ending);
    },
  };
}

const sameSettings = sameGoal as (a: LoopSettings, b: LoopSettings) => boolean;
