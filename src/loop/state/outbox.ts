import { MAX_SIZE_PER_CALL } from '../../model/action.ts';
import type { Nudge } from '../../model/nudge.ts';
import { isPlainRecord, type JsonValue } from '../../model/plain-data.ts';
import type { JournalEntry, ReadTransaction, WriteTransaction } from '../../storage/persistence.ts';
import { withAnalysis, type Judgement } from '../strategies/judge.ts';
import type { LoopState } from './loop-state.ts';
import { countIn, countOut } from './tally.ts';

/** Nudges that wait to be acknowledged at the most, if the settings name no other limit. */
export const DEFAULT_OUTBOX_LIMIT = 1_000;

/**
 * Which part of a full outbox makes room at once. Nudges share rows, so that one that goes has a row of hundreds read and written: with
 * one at a time, each record would pay for that, and log that it did, in an app that acknowledges nothing.
 */
export const MAKES_ROOM = 1 / 16;

/**
 * Characters that a nudge may take as JSON: what a call may carry. An action of a few characters gets a suggestion with hundreds of
 * metrics where the goal has so many.
 */
const MAX_NUDGE_SIZE = MAX_SIZE_PER_CALL;

/** What a new nudge is made of. */
export interface NudgeDraft {
  /** Unique over all loops, devices and lives of the database. */
  readonly id: string;
  readonly loop: string;
  readonly cause: Nudge['cause'];
  readonly judgement: Judgement;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** A nudge that is to be put into the outbox, as JSON too. */
export interface NewNudge {
  readonly nudge: Nudge;
  readonly text: string;
}

/** Makes the next nudge. */
export function newNudge({ outbox, goalState }: LoopState, { id, loop, cause, now, judgement }: NudgeDraft): NewNudge {
  const suggestions = [...judgement.suggestions];
  return bounded({ id, seq: outbox.next, loop, cause, createdAt: now, goalState: goalState ?? {}, suggestions, analysis: judgement.analysis });
}

/**
 * Puts a nudge into the outbox. When it is full, the oldest sixteenth makes room: it has been overtaken by
 * most others, and refusing new actions instead would lose what the app did.
 *
 * @returns the nudge, as a copy that may be given away, and how many old ones were dropped
 */
export async function putNudge(
  transaction: WriteTransaction,
  state: LoopState,
  { nudge, text }: NewNudge,
  limit: number,
): Promise<{ readonly nudge: Nudge; readonly dropped: number }> {
  const { outbox } = state;
  const excess = outbox.count + 1 - limit;
  // Before it stands there: of the old ones too few may be found, and it must not go in their place.
  const dropped = excess <= 0 ? 0 : await dropOldest(transaction, state, excess + Math.floor(limit * MAKES_ROOM));
  transaction.append('outbox', [{ seq: nudge.seq, at: nudge.createdAt, value: nudge }]);
  outbox.next += 1;
  countIn(outbox, [nudge], text.length);
  return { nudge: whole(JSON.parse(text) as Nudge), dropped };
}

/** A nudge that is not too large to be stored and sent: of too long a list of suggestions the newest stay. As JSON too. */
function bounded(nudge: Nudge): NewNudge {
  const { suggestions } = nudge;
  const text = JSON.stringify(nudge);
  if (text.length <= MAX_NUDGE_SIZE || suggestions.length === 1) return { nudge, text };
  const kept = Math.max(1, Math.floor((0.9 * suggestions.length * MAX_NUDGE_SIZE) / text.length));
  return bounded({ ...nudge, suggestions: suggestions.slice(-kept) });
}

/**
 * Drops the oldest nudges, and counts them as dropped.
 *
 * @returns how many there were
 */
export async function dropOldest(transaction: WriteTransaction, { outbox }: LoopState, count: number): Promise<number> {
  const oldest = await transaction.readForward('outbox', outbox.first, count);
  const last = oldest.length < count ? Math.max(outbox.first, outbox.next - 1) : (oldest.at(-1)?.seq ?? outbox.first);
  await transaction.removeRange('outbox', outbox.first, last);
  // Only damage to the stored rows leaves a larger count than there are places; the count gives way.
  countOut(outbox, Math.max(oldest.length, outbox.count - Math.max(0, outbox.next - 1 - last)));
  Object.assign(outbox, { first: last + 1, dropped: outbox.dropped + oldest.length });
  return oldest.length;
}

/**
 * Reads nudges that nobody acknowledged yet.
 *
 * @param after only those behind this `seq`; -1 for all
 * @param limit at most so many
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

/** The nudges of rows, as they are delivered; what was never one of ours is left out. */
export function nudgesIn(entries: readonly JournalEntry[]): Nudge[] {
  return entries.flatMap(({ seq, value }) => (isNudge(value, seq) ? [whole(value)] : []));
}

/** A nudge as it is delivered. It is stored as it was judged: with the analysis in each suggestion, a long list would be many times as large. */
function whole(nudge: Nudge): Nudge {
  return { ...nudge, suggestions: withAnalysis(nudge) };
}

/**
 * Takes nudges out of the outbox.
 *
 * @returns those that were still there: each is acknowledged by one call only, whoever else tries; and all that are gone now
 */
export async function acknowledgeNudges(
  transaction: WriteTransaction,
  state: LoopState,
  nudges: readonly Pick<Nudge, 'seq' | 'id'>[],
): Promise<{ readonly acknowledged: readonly number[]; readonly gone: readonly number[] }> {
  const acknowledged: number[] = [];
  const gone: number[] = [];
  for (const { seq, id } of [...nudges].sort((a, b) => a.seq - b.seq)) {
    if (seq >= state.outbox.next) continue;
    const [entry] = seq < state.outbox.first ? [] : await transaction.readForward('outbox', seq, 1);
    if (entry?.seq !== seq) {
      gone.push(seq);
      continue;
    }
    // By the id too: after a loop was erased, its places begin anew, and another nudge may stand there.
    if (!isNudge(entry.value, seq) || entry.value.id !== id) continue;
    await transaction.removeRange('outbox', seq, seq);
    acknowledged.push(seq);
    gone.push(seq);
  }
  countOut(state.outbox, acknowledged.length);
  if (state.outbox.count === 0) state.outbox.first = state.outbox.next;
  return { acknowledged, gone };
}

/** Whether a row is one of ours, as far as its readers rely on it: any script of the origin can write rows. */
function isNudge(value: unknown, seq: number): value is Nudge & JsonValue {
  if (!isPlainRecord(value) || value['seq'] !== seq || typeof value['id'] !== 'string') return false;
  return Array.isArray(value['suggestions']) && value['suggestions'].every(isPlainRecord) && isPlainRecord(value['analysis']) && isPlainRecord(value['goalState']);
}
