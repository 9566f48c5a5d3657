import type { JournalEntry, ReadTransaction } from '../../storage/persistence.ts';
import type { LoopState, Try } from '../state/loop-state.ts';
import { pendingOf, type WaitingEntry } from '../state/pending.ts';
import { endOfWait, MAX_BACKOFF_MS, nextBackoff } from './backoff.ts';

/** The key under which tries at a changed goal are kept, beside those at pending entries. */
export const GOAL_TRY = -1;

/** How often the strategy is started on the same action before it is set aside, if the settings say nothing else. */
export const DEFAULT_MAX_ATTEMPTS = 3;

/** Entries that may wait for another try; with so many, the strategy itself must be broken, and no more are begun. */
const WAITING_LIMIT = 64;

/** The same with those whose tries are over, and which wait for room among the dead letters: each is noted in the state. */
export const STANDING_LIMIT = 1_000;

/**
 * Until when all wait whose tries are over, in epoch milliseconds: a try at one of them says of the whole box that there is no room. Each with a
 * wait of its own, a thousand of them would ask the strategy a thousand times, and write as often, whenever their waits end.
 */
function roomAt(state: LoopState, now: number): number {
  return Math.max(0, ...triesOf(state).map(([, known]) => (known.isOver ? endOfWait(known.until, now) : 0)));
}

/**
 * Tells by its place before which instant a pending entry is not tried, in epoch milliseconds; 0 for one that is due.
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
 * Until when an action waits for room among the dead letters, in epoch milliseconds. One that comes to others that wait goes by their time, also where that
 * is over: were they to wait anew with each that comes, none would ever be tried.
 */
export function waitForRoom(state: LoopState, key: number, now: number): number {
  const isNew = !state.tries[key]?.isOver;
  const others = triesOf(state).some(([, { isOver }]) => isOver);
  return isNew && others ? Math.max(now, roomAt(state, now)) : now + MAX_BACKOFF_MS;
}

/**
 * The entry to try next: the oldest of those without a failure behind them, else the one that waits the longest for its
 * next try. So an action that fails every time holds up none of the others, and those that wait for room take turns.
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
    // What waits for room says nothing new of the strategy, and may wait for as long as nobody looks at the dead letters.
    const isFull = waiting.length >= STANDING_LIMIT || waiting.filter(([, { isOver }]) => !isOver).length >= WAITING_LIMIT;
    // The rest of a call counts as fresh: each action of it that fails would be one more that waits.
    const ready = begun.filter(([, { attempts, until }]) => until === 0 && (attempts > 0 || !isFull)).map(([seq]) => seq);
    const fresh = isFull ? undefined : await freshEntry(transaction, state);
    const first = Math.min(...ready, fresh?.seq ?? Infinity);
    if (fresh !== undefined && first === fresh.seq) return pendingOf(state, fresh);
    const due = waiting.filter(([seq]) => endOf(seq) === 0).sort(([, a], [, b]) => a.until - b.until);
    const seq = first < Infinity ? first : due[0]?.[0];
    if (seq === undefined) return undefined;
    const [entry] = await transaction.readForward('pending', seq, 1);
    if (entry?.seq === seq) return pendingOf(state, entry);
    // Its row is gone, which only damage explains; the others must not wait for it.
    delete state.tries[seq];
    begun = begun.filter(([other]) => other !== seq);
  }
}

/** When the next try is due, in epoch milliseconds; null when none waits. */
export function nextTryAt(state: LoopState, now: number): number | null {
  const room = roomAt(state, now);
  // What could go on at once, and is held back, goes on as soon as one of those that wait is done.
  const waits = Object.entries(state.tries).flatMap(([key, { until, isOver }]) => (Number(key) >= GOAL_TRY && until !== 0 ? [isOver ? room : until] : []));
  return waits.length === 0 ? null : Math.min(...waits);
}

/**
 * Counts a try before it begins, so that one which takes the worker down is counted too. A piece of several actions that
 * failed is halved first: the culprit is found in a few tries, and the rest goes on without it.
 *
 * @param total actions of the entry
 */
export function beginTry(state: LoopState, key: number, total: number, now: number): Try {
  const known = state.tries[key] ?? { attempts: 0, until: 0, done: 0, size: total };
  const isHalved = known.attempts > 0 && known.size > 1;
  const size = isHalved ? Math.ceil(known.size / 2) : known.size;
  const attempts = (isHalved ? 0 : known.attempts) + 1;
  // A browser may stop any worker once. Whatever it stands in the second time lets the others go first from then on; it
  // need not wait besides, as a worker that has to be stopped takes its time by itself.
  const begun = { ...known, size, attempts, until: isHalved || attempts > 1 ? now : 0 };
  state.tries[key] = begun;
  return begun;
}

/** Takes a try back that says nothing of what was tried: it counts as not begun. */
export function takeBackTry(state: LoopState, key: number): void {
  const known = state.tries[key];
  if (known !== undefined) state.tries[key] = { ...known, attempts: Math.max(0, known.attempts - 1), until: 0 };
}

/** When to try again after so many tries, in epoch milliseconds. */
export function waitAfter(attempts: number, pollInterval: number, now: number): number {
  return nextBackoff({ failures: attempts - 1, until: 0 }, pollInterval, now).until;
}

async function freshEntry(transaction: ReadTransaction, state: LoopState): Promise<JournalEntry | undefined> {
  for (let seq = state.pending.first; ; seq += 1) {
    while (state.tries[seq] !== undefined) seq += 1;
    const [entry] = await transaction.readForward('pending', seq, 1);
    if (entry === undefined || state.tries[entry.seq] === undefined) return entry;
    seq = entry.seq;
  }
}

/** Those at pending entries. Other keys are no places: the goal's, and what another script of the origin put there. */
function triesOf(state: LoopState): [number, Try][] {
  return Object.entries(state.tries)
    .map(([key, known]): [number, Try] => [Number(key), known])
    .filter(([seq]) => seq >= 0);
}
