import { EXPORT_FORMAT, EXPORT_VERSION, type LoopExport } from '../model/export-format.ts';
import type { DeadLetter, HistoryEntry, LoopInspection } from '../model/inspection.ts';
import type { Journal, JournalEntry, ReadTransaction } from '../storage/persistence.ts';
import { endsOfWaits } from './processing/tries.ts';
import { deadLetterOf } from './state/dead-letters.ts';
import { baselinesOf, hasPendingWork, type LoopState } from './state/loop-state.ts';
import { nudgesIn } from './state/outbox.ts';
import { readPending } from './state/pending.ts';
import { bytesIn } from './state/storage-room.ts';
import { actionIn } from './state/stored-actions.ts';

/** Which entries of a journal to read. */
export interface EntryRange {
  /** The most entries to read, counted from the newest that match. */
  readonly limit: number;
  /** Only entries below this `seq`. */
  readonly before?: number | undefined;
  /** Only entries whose `at` is this or later, in epoch milliseconds. */
  readonly from?: number | undefined;
  /** Only entries whose `at` is before this, in epoch milliseconds. */
  readonly to?: number | undefined;
}

/** Which dead letters an inspection holds; by default the newest 50. */
export type InspectedLetters = Omit<EntryRange, 'limit'> & { readonly limit?: number | undefined };

/** The most entries of each list in an inspection. */
const INSPECTED = 50;

/** Entries to read at once while looking for a range of time. */
const CHUNK = 1_000;

/** Reads a part of the history, oldest first. */
export async function readHistory(
  transaction: ReadTransaction,
  state: LoopState,
  range: EntryRange,
): Promise<HistoryEntry[]> {
  return (await readRange(transaction, 'history', state.history, range)).flatMap(({ seq, at, value }) => {
    const action = actionIn(value);
    return action === undefined ? [] : [{ seq, at, action }];
  });
}

/** Reads a part of a journal, oldest first. */
async function readRange(
  transaction: ReadTransaction,
  journal: Journal,
  { first = 0, next, count }: { readonly first?: number; readonly next: number; readonly count: number },
  range: EntryRange,
): Promise<JournalEntry[]> {
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = range;
  const isTimed = range.from !== undefined || range.to !== undefined;
  let found: JournalEntry[] = [];
  let before = Math.min(range.before ?? next, next);
  while (found.length < range.limit && before > first && count > 0) {
    // A range of time must look at each entry: timestamps need not follow the order of arrival.
    const wanted = isTimed ? CHUNK : range.limit;
    const entries = await transaction.readNewest(journal, before, wanted);
    // Not `unshift(...entries)`: a hundred thousand arguments overflow the stack.
    found = [...entries.filter(({ at }) => at >= from && at < to), ...found];
    if (entries.length < wanted) break;
    before = entries[0]!.seq;
  }
  return found.slice(-range.limit);
}

/** Reads a part of the dead letters, oldest first; by default the newest 50. */
export async function readDeadLetters(transaction: ReadTransaction, { dead }: LoopState, { limit = INSPECTED, ...range }: InspectedLetters = {}): Promise<DeadLetter[]> {
  return (await readRange(transaction, 'dead', dead, { limit, ...range })).map(deadLetterOf);
}

/**
 * Everything about a loop that an inspector shows, as of one instant.
 *
 * @param now epoch milliseconds
 */
export async function inspectLoop(
  transaction: ReadTransaction,
  state: LoopState,
  loop: string,
  now: number,
  letters?: InspectedLetters,
): Promise<LoopInspection> {
  const { settings, goalState, analysis, backoff, revision, history, pending, outbox, dead } = state;
  const endOf = endsOfWaits(state, now);
  return {
    loop,
    revision,
    settings,
    goalState,
    history: { count: history.count, nextSeq: history.next },
    baselines: baselinesOf(state, settings.timestampField ?? 'timestamp'),
    lastAnalysis: analysis,
    pending: { count: pending.count, items: (await readPending(transaction, state, INSPECTED)).map((entry) => ({ ...entry, nextAt: endOf(entry.seq) || null })) },
    outbox: {
      count: outbox.count,
      dropped: outbox.dropped,
      // Counted from the newest: the places at the end may all be acknowledged.
      items: nudgesIn(await readRange(transaction, 'outbox', outbox, { limit: INSPECTED })),
    },
    deadLetters: { count: dead.count, items: await readDeadLetters(transaction, state, letters) },
    // A failed action may have been set aside since; then nothing waits.
    backoff: hasPendingWork(state) ? backoff : null,
    bytes: bytesIn(state),
  };
}

/**
 * One loop as JSON.
 *
 * @param now epoch milliseconds
 */
export async function exportLoop(
  transaction: ReadTransaction,
  state: LoopState,
  loop: string,
  now: number,
): Promise<LoopExport> {
  const entries = await readHistory(transaction, state, { limit: Math.max(1, state.history.count) });
  const waiting = await readPending(transaction, state, Math.max(1, state.pending.count));
  return {
    format: EXPORT_FORMAT,
    version: EXPORT_VERSION,
    loop,
    exportedAt: now,
    goalState: state.goalState,
    analysis: state.analysis,
    history: entries.map(({ at, action }) => ({ at, action })),
    pending: waiting.map(({ actions }) => ({ actions: [...actions] })),
    cursors: state.cursors,
  };
}
