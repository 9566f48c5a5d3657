import type { JournalEntry, ReadTransaction } from '../../storage/persistence.ts';
import { entryAt } from '../state/journal-entries.ts';
import { GOAL_TRY, type LoopState, type Try } from '../state/loop-state.ts';
import { pendingOf, type WaitingEntry } from '../state/pending.ts';
import { endOfWait, MAX_BACKOFF_MS } from './backoff.ts';

/** How often the strategy is started on the same action before it is set aside, by default. */
export const DEFAULT_MAX_ATTEMPTS = 3;

/**
 * The most entries that wait for another try. With so many the strategy itself must be broken, and no new ones are
 * started.
 */
const WAITING_LIMIT = 64;

/** The same limit when also counting those that wait for room among the dead letters: each is noted in the state. */
export const STANDING_LIMIT = 1_000;

/**
 * When all entries whose tries are over stop waiting, in epoch milliseconds. They share one wait, because one try tells
 * that there is no room for any of them. With separate waits, a thousand entries would run the strategy, and write, a
 * thousand times.
 */
function roomAt(state: LoopState, now: number): number {
  return Math.max(0, ...triesOf(state).map(([, known]) => (known.isOver ? endOfWait(known.until, now) : 0)));
}

/**
 * Makes a function that tells when a pending entry's wait ends, in epoch milliseconds; 0 if it is due.
 *
 * @param now epoch milliseconds
 */
export function endsOfWaits(state: LoopState, now: number): (seq: number) => number {
  const room = roomAt(state, now);
  return (seq) => {
    const known = state.tries[seq];
    return Math.max(endOfWait(state.backoff?.until, now), known?.isOver ? room : endOfWait(known?.until, now));
  };
}

/**
 * When to retry an action that waits for room among the dead letters, in epoch milliseconds. If others wait already, a
 * new one takes their time, even if that is over. If each new one restarted the wait, none would ever be tried.
 */
export function waitForRoom(state: LoopState, key: number, now: number): number {
  const isNew = !state.tries[key]?.isOver;
  const others = triesOf(state).some(([, { isOver }]) => isOver);
  return isNew && others ? Math.max(now, roomAt(state, now)) : now + MAX_BACKOFF_MS;
}

/**
 * The entry to try next: the oldest without a failure, or else the one that has waited longest. So an action that
 * always fails does not block others, and those that wait for room take turns.
 */
export async function nextEntry(
  transaction: ReadTransaction,
  state: LoopState,
  now: number,
): Promise<WaitingEntry | undefined> {
  let begun = triesOf(state);
  const endOf = endsOfWaits(state, now);
  for (;;) {
    const waiting = begun.filter(([, { until }]) => until !== 0);
    // Entries that wait for room say nothing new about the strategy, and may wait until somebody looks at the dead
    // letters.
    const isFull = waiting.length >= STANDING_LIMIT || waiting.filter(([, { isOver }]) => !isOver).length >= WAITING_LIMIT;
    // The rest of a call counts as new: each of its actions that fails would be one more that waits.
    const ready = begun.filter(([, { attempts, until }]) => until === 0 && (attempts > 0 || !isFull)).map(([seq]) => seq);
    const fresh = isFull ? undefined : await freshEntry(transaction, state);
    const first = Math.min(...ready, fresh?.seq ?? Infinity);
    if (fresh !== undefined && first === fresh.seq) return pendingOf(state, fresh);
    const due = waiting.filter(([seq]) => endOf(seq) === 0).sort(([, a], [, b]) => a.until - b.until);
    const seq = first < Infinity ? first : due[0]?.[0];
    if (seq === undefined) return undefined;
    const entry = await entryAt(transaction, 'pending', seq);
    if (entry !== undefined) return pendingOf(state, entry);
    // A missing row means damage; the others must not wait for it.
    delete state.tries[seq];
    begun = begun.filter(([other]) => other !== seq);
  }
}

/** When the next try is due, in epoch milliseconds; null if none waits. */
export function nextTryAt(state: LoopState, now: number): number | null {
  const room = roomAt(state, now);
  // What could run at once but is held back runs as soon as one of the waiting entries is done.
  const waits = triesOf(state, GOAL_TRY).flatMap(([, { until, isOver }]) => (until === 0 ? [] : [isOver ? room : until]));
  return waits.length === 0 ? null : Math.min(...waits);
}

/**
 * Counts a try before it begins, so a try that stops the worker is counted too. A piece of several actions that failed
 * is halved first: that finds the culprit in a few tries, and the rest goes on without it.
 *
 * @param total actions of the entry
 * @param maxAttempts if it was lowered below the tries that there were, one more is left
 */
export function beginTry(state: LoopState, key: number, total: number, now: number, maxAttempts: number): Try {
  const known = state.tries[key] ?? { attempts: 0, until: 0, done: 0, size: total };
  const isHalved = known.attempts > 0 && known.size > 1;
  const size = isHalved ? Math.ceil(known.size / 2) : known.size;
  const before = known.attempts > maxAttempts ? maxAttempts - 1 : known.attempts;
  const attempts = (isHalved ? 0 : before) + 1;
  // A browser may stop any worker once. What was being tried the second time lets the others go first from then on. It
  // needs no extra wait, since it takes time until a worker is stopped.
  const begun = { ...known, size, attempts, until: isHalved || attempts > 1 ? now : 0 };
  state.tries[key] = begun;
  return begun;
}

/** Without its last try, which says nothing about the action: it counts as not begun. */
export function takenBack(known: Try): Try {
  return { ...known, attempts: Math.max(0, known.attempts - 1), until: 0 };
}

async function freshEntry(transaction: ReadTransaction, state: LoopState): Promise<JournalEntry | undefined> {
  for (let seq = state.pending.first; ; seq += 1) {
    while (state.tries[seq] !== undefined) seq += 1;
    const [entry] = await transaction.readForward('pending', seq, 1);
    if (entry === undefined || state.tries[entry.seq] === undefined) return entry;
    seq = entry.seq;
  }
}

/**
 * The tries at pending entries, or from `GOAL_TRY` on at the goal too. Other keys are not places, but whatever another
 * script of the origin wrote.
 */
function triesOf({ tries }: LoopState, from = 0): [number, Try][] {
  return Object.entries(tries)
    .map(([key, known]): [number, Try] => [Number(key), known])
    .filter(([key]) => key >= from);
}
