import type { Nudge } from '../../model/nudge.ts';
import { copyOf, isPlainRecord, type JsonValue } from '../../model/plain-data.ts';
import type { ReadTransaction, WriteTransaction } from '../../storage/persistence.ts';
import type { Judgement } from '../strategies/judge.ts';
import type { LoopState } from './loop-state.ts';
import { countIn, countOut } from './tally.ts';

/** Nudges that wait to be acknowledged at the most, if the settings name no other limit. */
export const DEFAULT_OUTBOX_LIMIT = 1_000;

/**
 * Which part of a full outbox makes room at once. Nudges share rows, so that one that goes has a row of hundreds read and written: with
 * one at a time, each record would pay for that, and log that it did, in an app that acknowledges nothing.
 */
const MAKES_ROOM = 1 / 16;

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

/**
 * Puts a nudge into the outbox. When it is full, the oldest sixteenth makes room: it has been overtaken by
 * most others, and refusing new actions instead would lose what the app did.
 *
 * @returns the nudge, as a copy that may be given away, and how many old ones were dropped
 */
export async function putNudge(
  transaction: WriteTransaction,
  state: LoopState,
  draft: NudgeDraft,
  limit: number,
): Promise<{ readonly nudge: Nudge; readonly dropped: number }> {
  const { outbox } = state;
  const seq = outbox.next;
  const nudge: Nudge = {
    id: draft.id,
    seq,
    loop: draft.loop,
    cause: draft.cause,
    createdAt: draft.now,
    goalState: state.goalState ?? {},
    suggestions: [...draft.judgement.suggestions],
    analysis: draft.judgement.analysis,
  };
  transaction.append('outbox', [{ seq, at: draft.now, value: nudge }]);
  outbox.next += 1;
  countIn(outbox, [nudge]);
  const excess = outbox.count - limit;
  const copy = copyOf(nudge);
  if (excess <= 0) return { nudge: copy, dropped: 0 };
  const oldest = await transaction.readForward('outbox', outbox.first, excess + Math.floor(limit * MAKES_ROOM));
  const last = oldest.at(-1)?.seq ?? outbox.first;
  await transaction.removeRange('outbox', outbox.first, last);
  countOut(outbox, oldest.length);
  Object.assign(outbox, { first: last + 1, dropped: outbox.dropped + oldest.length });
  return { nudge: copy, dropped: oldest.length };
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
  const entries = await transaction.readForward('outbox', Math.max(after + 1, state.outbox.first), limit);
  return entries.flatMap(({ seq, value }) => (isNudge(value, seq) ? [value] : []));
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
  return Array.isArray(value['suggestions']) && isPlainRecord(value['analysis']) && isPlainRecord(value['goalState']);
}
