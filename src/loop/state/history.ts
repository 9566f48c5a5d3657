import type { Action } from '../../model/action.ts';
import { timestampOf } from '../../model/timestamp.ts';
import { isPlainRecord } from '../../model/plain-data.ts';
import type { RetentionPolicy } from '../../model/retention.ts';
import type { JournalEntry, ReadTransaction, WriteTransaction } from '../../storage/persistence.ts';
import type { LoopState } from './loop-state.ts';
import { noteMetrics, renewBaselines } from './metrics.ts';
import { nextTime } from './seen-time.ts';
import { countIn, countOut } from './tally.ts';

/** What appending and pruning need to know. */
export interface HistoryContext {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly timestampField: string;
  readonly retention: RetentionPolicy;
  /** The clock may jump, and a jump must make nothing expire. @default false */
  readonly guardsClock?: boolean;
}

/** What is already known of the actions. */
export interface KnownOfActions {
  /** Their length as JSON. */
  readonly bytes?: number | undefined;
  /**
   * When each happened, in epoch milliseconds. A timestamp of its own takes precedence; if there is none, none is
   * added.
   */
  readonly ats?: readonly (number | undefined)[];
}

/** Entries to read at once while pruning many. */
const CHUNK = 4_096;

/**
 * The newest actions of the history.
 *
 * @param count how many
 * @param from only actions at this place or later
 * @returns oldest first
 */
export async function newestActions(transaction: ReadTransaction, state: LoopState, count: number, from = 0): Promise<Action[]> {
  if (count <= 0 || state.history.count === 0) return [];
  const entries = await transaction.readNewest('history', state.history.next, count);
  return entries.flatMap(({ seq, value }) => (seq >= from && isPlainRecord(value) ? [value as Action] : []));
}

/**
 * Appends actions, adds missing timestamps, then prunes by the policy.
 *
 * @param actions checked actions, oldest first
 * @param known what is already known of them
 * @returns how many entries were pruned
 */
export async function appendHistory(
  transaction: WriteTransaction,
  state: LoopState,
  actions: readonly Action[],
  context: HistoryContext,
  { bytes, ats = [] }: KnownOfActions = {},
): Promise<number> {
  if (actions.length === 0) return 0;
  const { history } = state;
  const entries = actions.map((action, index): JournalEntry => {
    const at = ats[index];
    const value = at === undefined ? stamped(action, context) : action;
    return { seq: history.next + index, at: timestampOf(value[context.timestampField]) ?? at ?? context.now, value };
  });
  transaction.append('history', entries);
  history.next += entries.length;
  const isStamped = entries.some(({ value }, index) => value !== actions[index]);
  countIn(history, entries.map(({ value }) => value), isStamped ? undefined : bytes);
  for (const { at } of entries) history.oldestAt = Math.min(history.oldestAt ?? at, at);
  noteMetrics(state, entries);
  return pruneHistory(transaction, state, context);
}

/** An action with a timestamp; the same object if it has one already. */
export function stamped(action: Action, { timestampField, now }: Pick<HistoryContext, 'timestampField' | 'now'>): Action {
  return action[timestampField] === undefined ? { ...action, [timestampField]: new Date(now).toISOString() } : action;
}

/**
 * Removes what the policy no longer keeps: first entries beyond the limit, then those older than the window, as the
 * original loop did. Timestamps may be out of order, so each entry's age counts.
 *
 * @returns how many entries were removed
 */
export async function pruneHistory(
  transaction: WriteTransaction,
  state: LoopState,
  { retention, now, guardsClock = false }: Pick<HistoryContext, 'retention' | 'now' | 'guardsClock'>,
): Promise<number> {
  const { history } = state;
  state.time = nextTime(state.time, now);
  const before = history.count;
  while (retention.limit !== undefined && history.count > retention.limit) {
    await removeOldest(transaction, state, history.count - retention.limit);
  }
  const cutoff = retention.windowMs === undefined ? Number.NEGATIVE_INFINITY : (guardsClock ? state.time.trusted : now) - retention.windowMs;
  if (history.oldestAt !== null && history.oldestAt < cutoff) {
    const expired = await transaction.readExpired('history', cutoff);
    await remove(transaction, state, runsOf(expired), expired.length);
    history.oldestAt = history.count === 0 ? null : ((await transaction.oldestAt('history')) ?? null);
  }
  return before - history.count;
}

/** Whether the history holds more than the policy keeps; the state alone tells. */
export function isPruningDue({ history }: LoopState, { limit, windowMs }: RetentionPolicy, now: number): boolean {
  const isTooMany = limit !== undefined && history.count > limit;
  return isTooMany || (windowMs !== undefined && history.oldestAt !== null && history.oldestAt < now - windowMs);
}

/**
 * Empties the history, its baselines and its analysis.
 *
 * @returns how many entries were removed
 */
export async function clearHistory(transaction: WriteTransaction, state: LoopState): Promise<number> {
  const { count, first, next } = state.history;
  if (next > first) await transaction.removeRange('history', first, next - 1);
  state.history = { first: next, next, count: 0, bytes: 0, oldestAt: null };
  state.metrics = {};
  state.analysis = {};
  return count;
}

/**
 * Empties the history on request: a suggestion whose strategy is still running then leaves nothing behind.
 *
 * @returns how many entries were removed
 */
export function resetHistory(transaction: WriteTransaction, state: LoopState): Promise<number> {
  state.resets += 1;
  return clearHistory(transaction, state);
}

/** Removes up to `excess` of the oldest entries; the caller checks again. If no entry is missing, nothing is read. */
async function removeOldest(transaction: WriteTransaction, state: LoopState, excess: number): Promise<void> {
  const { history } = state;
  const isWhole = history.next - history.first === history.count;
  if (isWhole) return remove(transaction, state, [[history.first, history.first + excess - 1]], excess);
  const oldest = await transaction.readForward('history', history.first, Math.min(excess, CHUNK));
  // A count without entries means damaged rows; correct the count.
  if (oldest.length === 0) return countOut(history, history.count);
  history.first = oldest[0]!.seq;
  await remove(transaction, state, runsOf(oldest), oldest.length);
}

async function remove(
  transaction: WriteTransaction,
  state: LoopState,
  runs: readonly (readonly [first: number, last: number])[],
  count: number,
): Promise<void> {
  const { history } = state;
  for (const [first, last] of runs) {
    await transaction.removeRange('history', first, last);
    if (first <= history.first) history.first = last + 1;
  }
  countOut(history, count);
  // Until something expires, a lower bound is enough: looking for the oldest would first store what is noted.
  if (history.count === 0) history.oldestAt = null;
  await renewBaselines(transaction, state, runs);
}

/** Runs of neighbouring places: removing ten thousand in a row is then one deletion. */
function runsOf(entries: readonly JournalEntry[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const { seq } of entries) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] === seq - 1) run[1] = seq;
    else runs.push([seq, seq]);
  }
  return runs;
}
