import { EXPORT_FORMAT, EXPORT_VERSION } from '../model/export-format.ts';
import type { LoopExport } from '../model/export-schema.ts';
import type { HistoryEntry, LoopInspection } from '../model/inspection.ts';
import type { JournalEntry, ReadTransaction } from '../storage/persistence.ts';
import { baselinesOf, type LoopState } from './state/loop-state.ts';
import { readNudges } from './state/outbox.ts';
import { actionIn, readDeadLetters, readPending } from './state/pending.ts';
import { bytesIn } from './state/storage-room.ts';

/** Which part of the history to read. */
export interface HistoryRange {
  /** At most so many of the newest that fit. */
  readonly limit: number;
  /** Only entries below this `seq`. */
  readonly before?: number | undefined;
  /** Only entries whose timestamp is at or after this, in epoch milliseconds. */
  readonly from?: number | undefined;
  /** Only entries whose timestamp is before this, in epoch milliseconds. */
  readonly to?: number | undefined;
}

/** Entries of each list that an inspection holds at the most. */
const INSPECTED = 50;

/** Entries that are read at once while a range of time is looked for. */
const CHUNK = 1_000;

/** Reads a part of the history, oldest first. */
export async function readHistory(
  transaction: ReadTransaction,
  state: LoopState,
  range: HistoryRange,
): Promise<HistoryEntry[]> {
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = range;
  const isTimed = range.from !== undefined || range.to !== undefined;
  let found: JournalEntry[] = [];
  let before = Math.min(range.before ?? state.history.next, state.history.next);
  while (found.length < range.limit && before > state.history.first && state.history.count > 0) {
    // A range of time has to look at each entry: timestamps need not follow the order of arrival.
    const wanted = isTimed ? CHUNK : range.limit;
    const entries = await transaction.readNewest('history', before, wanted);
    // No call with each as an argument: a hundred thousand of them are more than a stack holds.
    found = [...entries.filter(({ at }) => at >= from && at < to), ...found];
    if (entries.length < wanted) break;
    before = entries[0]!.seq;
  }
  return found.slice(-range.limit).flatMap(({ seq, at, value }) => {
    const action = actionIn(value);
    return action === undefined ? [] : [{ seq, at, action }];
  });
}

/** Everything about a loop that an inspector shows, as of one instant. */
export async function inspectLoop(transaction: ReadTransaction, state: LoopState, loop: string): Promise<LoopInspection> {
  const { settings, goalState, analysis, backoff, revision, history, pending, outbox, dead } = state;
  return {
    loop,
    revision,
    settings,
    goalState,
    history: { count: history.count, nextSeq: history.next },
    baselines: baselinesOf(state, settings.timestampField ?? 'timestamp'),
    lastAnalysis: analysis,
    pending: { count: pending.count, items: await readPending(transaction, state, INSPECTED) },
    outbox: {
      count: outbox.count,
      dropped: outbox.dropped,
      items: (await readNudges(transaction, state, Math.max(-1, outbox.next - 1 - INSPECTED), INSPECTED)),
    },
    deadLetters: { count: dead.count, items: await readDeadLetters(transaction, state, INSPECTED) },
    backoff,
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
  };
}
