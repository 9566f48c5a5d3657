import { assertGrowing } from '../../storage/assert-growing.ts';
import type { Journal, JournalEntry, WriteTransaction } from '../../storage/persistence.ts';
import { NEAR_ENTRIES, NEAR_SIZE } from '../state/near-rows.ts';

/** The newest entries of a journal, as they are known to stand. */
export interface Tail {
  /** They are the newest below this `seq`. */
  readonly before: number;
  readonly entries: readonly JournalEntry[];
  /** Nothing lies below them. */
  readonly isWhole: boolean;
  /** So many are kept: as many as were ever asked for at once. */
  readonly reach: number;
}

/** A longer tail is read each time: it would be a copy of the history in memory. */
const LONGEST_TAIL = 256;

/** Entries that are read ahead at the most. */
const MOST_AHEAD = 64;

/**
 * One journal during a transaction in which many operations follow each other: what they append and remove is noted here,
 * and stored in as few rows and requests as one operation would need. Reads see what was noted.
 */
export interface JournalDraft extends ReturnType<typeof createJournalDraft> {}

/**
 * Makes a draft of one journal over the transaction that it goes into.
 *
 * @param near its newest entries, which have no rows of their own yet
 * @param known the newest of those that have
 */
export function createJournalDraft(base: WriteTransaction, journal: Journal, near: readonly JournalEntry[], known: Tail | undefined) {
  let tail = known;
  /** What has no row yet. */
  let added: JournalEntry[] = [...near];
  /** All that has a row lies below. */
  let floor = near[0]?.seq ?? Infinity;
  let size = 0;
  /** What is to be removed, as ranges that neither touch nor overlap. */
  let cuts: (readonly [number, number])[] = [];
  let ahead: { readonly from: number; readonly entries: readonly JournalEntry[]; readonly isEnd: boolean } | undefined;
  let reachAhead = 1;

  const isCut = (seq: number): boolean => cuts.some(([first, last]) => first <= seq && seq <= last);
  const behindCuts = (seq: number): number => {
    const cut = cuts.find(([first, last]) => first <= seq && seq <= last);
    return cut === undefined ? seq : cut[1] + 1;
  };

  /** Stored entries from `from` on, whether they are to be removed or not. */
  const readStored = async (from: number, limit: number): Promise<readonly JournalEntry[]> => {
    if (ahead !== undefined && from >= ahead.from) {
      const rest = ahead.entries.filter(({ seq }) => seq >= from);
      if (ahead.isEnd || rest.length >= limit) return rest.slice(0, limit);
      // A full outbox or a full history gives way entry by entry: who reads on is given more at once each time.
      reachAhead = Math.min(MOST_AHEAD, reachAhead * 4);
    }
    const wanted = Math.max(limit, reachAhead);
    const entries = await base.readForward(journal, from, wanted);
    ahead = { from, entries, isEnd: entries.length < wanted };
    return entries.slice(0, limit);
  };

  /** What the tail will be once all that was noted is stored. */
  const grownTail = (): Tail | undefined => {
    if (tail === undefined || added.length === 0) return tail;
    // Whoever asked for what lies below some older place knows nothing of what stands between that and these.
    if (tail.before !== added[0]!.seq) return undefined;
    const entries = [...tail.entries, ...added];
    const kept = entries.slice(Math.max(0, entries.length - tail.reach));
    return { ...tail, before: added.at(-1)!.seq + 1, entries: kept, isWhole: tail.isWhole && kept.length === entries.length };
  };

  const removeNoted = async (): Promise<void> => {
    const due = cuts;
    // What was read ahead may hold what is gone now.
    [cuts, ahead] = [[], undefined];
    for (const [first, last] of due) await base.removeRange(journal, first, last);
  };

  const newestStored = async (before: number, limit: number): Promise<readonly JournalEntry[]> => {
    const isKnown = tail?.before === before && (tail.isWhole || tail.entries.length >= limit);
    if (!isKnown) {
      // What is to be removed is still stored, and would stand in the place of what stays.
      await removeNoted();
      const reach = Math.max(limit, tail?.reach ?? 0);
      const entries = await base.readNewest(journal, before, reach);
      tail = { before, entries, isWhole: entries.length < reach, reach };
    }
    const { entries } = tail!;
    return entries.slice(Math.max(0, entries.length - limit));
  };

  return {
    /** What has no row of its own yet. */
    near: (): readonly JournalEntry[] => added,

    /** Characters of what was appended. What is too many entries is not measured but too large as well, though few may be left of it. */
    size: () => size,

    append(entries: readonly JournalEntry[]): void {
      assertGrowing(entries, added.at(-1)?.seq ?? -1);
      for (const entry of entries) added.push(entry);
      size += added.length <= NEAR_ENTRIES ? JSON.stringify(entries).length : NEAR_SIZE + 1;
    },

    async readForward(from: number, limit: number): Promise<JournalEntry[]> {
      const found: JournalEntry[] = [];
      for (let next = behindCuts(from); found.length < limit; ) {
        const wanted = limit - found.length;
        const entries = await readStored(next, wanted);
        for (const entry of entries) if (!isCut(entry.seq)) found.push(entry);
        if (entries.length < wanted) break;
        next = behindCuts(entries.at(-1)!.seq + 1);
      }
      for (const entry of added) if (entry.seq >= from && found.length < limit) found.push(entry);
      return found;
    },

    async readNewest(before: number, limit: number): Promise<JournalEntry[]> {
      const own = added.filter(({ seq }) => seq < before);
      if (own.length >= limit) return own.slice(own.length - limit);
      const stored = await newestStored(Math.min(before, added[0]?.seq ?? before), limit - own.length);
      return [...stored, ...own];
    },

    removeRange(first: number, last: number): void {
      const isKept = ({ seq }: JournalEntry): boolean => seq < first || seq > last;
      added = added.filter(isKept);
      if (first >= floor) return;
      if (tail !== undefined) tail = { ...tail, entries: tail.entries.filter(isKept) };
      let [low, high] = [first, last];
      cuts = cuts.filter(([from, to]) => {
        if (from > high + 1 || to < low - 1) return true;
        [low, high] = [Math.min(low, from), Math.max(high, to)];
        return false;
      });
      cuts.push([low, high]);
    },

    /** Removes from the rows what was noted as removed. */
    removeNoted,

    /** Gives everything that has none a row. */
    async store(): Promise<void> {
      tail = grownTail();
      const entries = added;
      [added, floor] = [[], Infinity];
      await removeNoted();
      if (entries.length > 0) base.append(journal, entries);
    },

    /** What is known of the newest entries, for the next transaction; nothing when nobody asked for them. */
    tail: (): Tail | undefined => (tail === undefined || tail.reach > LONGEST_TAIL ? undefined : tail),
  };
}
