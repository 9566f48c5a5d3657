import { MAX_SIZE_PER_CALL } from '../../model/action.ts';
import type { Nudge } from '../../model/nudge.ts';
import { isPlainRecord, type JsonValue } from '../../model/plain-data.ts';
import type { JournalEntry, ReadTransaction, WriteTransaction } from '../../storage/persistence.ts';
import { withAnalysis, type Judgement } from '../strategies/judge.ts';
import { appendOne, entryAt } from './journal-entries.ts';
import type { LoopState } from './loop-state.ts';
import { countOut } from './tally.ts';

/** The most nudges that wait to be acknowledged, by default. */
export const DEFAULT_OUTBOX_LIMIT = 1_000;

/**
 * The share of a full outbox that is dropped at once. Nudges share rows, so dropping one reads and rewrites a row of
 * hundreds. In an app that acknowledges nothing, each record would pay for that, and log it.
 */
export const MAKES_ROOM = 1 / 16;

/**
 * The most characters of a nudge's suggestions as JSON: what a call may carry. If a goal has hundreds of metrics, an
 * action of a few characters gets a suggestion with all of them.
 */
const MAX_SUGGESTIONS_SIZE = MAX_SIZE_PER_CALL;

/**
 * Makes the next nudge as JSON, small enough to store and to send. Of too long a list, the newest suggestions stay.
 *
 * @param nudge.id unique over all loops, devices and lives of the database
 */
export function newNudge(
  state: LoopState,
  { suggestions, ...nudge }: Pick<Nudge, 'id' | 'loop' | 'cause' | 'createdAt'> & Judgement,
): string {
  const head = JSON.stringify({ ...nudge, seq: state.outbox.next, goalState: state.goalState ?? {} });
  return `${head.slice(0, -1)},"suggestions":[${newestThatFit(suggestions).join()}]}`;
}

/** The newest suggestions as JSON, at least one. Those before are not written out: all of them may be 200 MB. */
function newestThatFit(suggestions: readonly unknown[]): string[] {
  const texts: string[] = [];
  let left = MAX_SUGGESTIONS_SIZE;
  for (const suggestion of [...suggestions].reverse()) {
    // What is no data, such as a hole, is written as in a list.
    const text = JSON.stringify(suggestion) ?? 'null';
    left -= text.length;
    if (left < 0 && texts.length > 0) break;
    texts.push(text);
  }
  return texts.reverse();
}

/**
 * Makes room for one more nudge. If the outbox is full, the oldest sixteenth is dropped: newer nudges have overtaken it,
 * while refusing new actions would lose what the app recorded. Call it before the append: if too few old ones are found,
 * the new one must not be dropped in their place.
 *
 * @returns how many were dropped
 */
export async function dropBeyond(transaction: WriteTransaction, state: LoopState, limit: number): Promise<number> {
  const excess = state.outbox.count + 1 - limit;
  return excess <= 0 ? 0 : dropOldest(transaction, state, excess + Math.floor(limit * MAKES_ROOM));
}

/**
 * Puts a nudge into the outbox.
 *
 * @param text the nudge as JSON
 * @returns the nudge as it is delivered, which shares nothing with the one that is kept
 */
export function putNudge(transaction: WriteTransaction, { outbox }: LoopState, text: string): Nudge {
  const nudge = JSON.parse(text) as Nudge & JsonValue;
  appendOne(transaction, 'outbox', outbox, { at: nudge.createdAt, value: nudge }, text.length);
  return whole(JSON.parse(text) as Nudge);
}

/**
 * Drops the oldest nudges, and counts them as dropped.
 *
 * @returns how many were dropped
 */
export async function dropOldest(transaction: WriteTransaction, { outbox }: LoopState, count: number): Promise<number> {
  const oldest = await transaction.readForward('outbox', outbox.first, count);
  const first = oldest.length < count ? outbox.next : oldest.at(-1)!.seq + 1;
  if (first > outbox.first) await transaction.removeRange('outbox', outbox.first, first - 1);
  // A count above the number of places means damaged rows; correct the count.
  countOut(outbox, Math.max(oldest.length, outbox.count + first - outbox.next));
  Object.assign(outbox, { first, dropped: outbox.dropped + oldest.length });
  return oldest.length;
}

/**
 * Reads nudges that nobody has acknowledged.
 *
 * @param after only those after this `seq`; -1 for all
 * @param limit the most to read
 */
export async function readNudges(
  transaction: ReadTransaction,
  state: LoopState,
  after: number,
  limit: number,
): Promise<Nudge[]> {
  if (state.outbox.count === 0 || after + 1 >= state.outbox.next) return [];
  return nudgesIn(await transaction.readForward('outbox', Math.max(after + 1, state.outbox.first), limit));
}

/** The nudges of rows, in the form in which they are delivered. Other rows are left out. */
export function nudgesIn(entries: readonly JournalEntry[]): Nudge[] {
  return entries.flatMap(({ seq, value }) => (isNudge(value, seq) ? [whole(value)] : []));
}

/**
 * A nudge as it is delivered. It is stored as it was judged: with the analysis in each suggestion, a long list would be
 * many times as large.
 */
function whole(nudge: Nudge): Nudge {
  return { ...nudge, suggestions: withAnalysis(nudge) };
}

/**
 * Removes nudges from the outbox.
 *
 * @returns those that this call acknowledged, which no other call did; and all that are gone now
 */
export async function acknowledgeNudges(
  transaction: WriteTransaction,
  state: LoopState,
  nudges: readonly Pick<Nudge, 'seq' | 'id'>[],
): Promise<{ readonly acknowledged: readonly number[]; readonly gone: readonly number[] }> {
  const acknowledged: number[] = [];
  const gone = new Set<number>();
  for (const { seq, id } of [...nudges].sort((a, b) => a.seq - b.seq)) {
    if (seq >= state.outbox.next) continue;
    const entry = seq < state.outbox.first ? undefined : await entryAt(transaction, 'outbox', seq);
    // Compare the id too: after an erasure, places start again, and another nudge may be here.
    if (entry !== undefined && !(isNudge(entry.value, seq) && entry.value.id === id)) continue;
    gone.add(seq);
    if (entry === undefined) continue;
    await transaction.removeRange('outbox', seq, seq);
    acknowledged.push(seq);
  }
  countOut(state.outbox, acknowledged.length);
  if (state.outbox.count === 0) state.outbox.first = state.outbox.next;
  return { acknowledged, gone: [...gone] };
}

/** Whether a row is a nudge, as far as its readers rely on it: any script of the origin can write rows. */
function isNudge(value: unknown, seq: number): value is Nudge & JsonValue {
  if (!isPlainRecord(value) || value['seq'] !== seq || typeof value['id'] !== 'string') return false;
  return Array.isArray(value['suggestions']) && value['suggestions'].every(isPlainRecord) && isPlainRecord(value['analysis']) && isPlainRecord(value['goalState']);
}
