import { assertGrowing } from '../../storage/assert-growing.ts';
import type { Journal, JournalEntry, WriteTransaction } from '../../storage/persistence.ts';
import { NEAR_ENTRIES, NEAR_SIZE } from '../state/near-rows.ts';

/** The newest entries of a journal, as far as they are known. */
export interface Tail {
  /** These are the newest entries below this `seq`. */
  readonly before: number;
  readonly entries: readonly JournalEntry[];
  /** True if no other entries lie below them. */
  readonly isWhole: boolean;
  /** How many are kept: the most that were ever asked for at once. */
  readonly reach: number;
}

/** A longer tail is read each time, since keeping it would copy the history into memory. */
const LONGEST_TAIL = 256;

/** The most entries to read ahead. */
const MOST_AHEAD = 64;

/**
 * One journal during a transaction with many operations. What they append and remove is noted, and stored in as few
 * rows and requests as one operation would need. Reads see the noted changes.
 */
export interface JournalDraft extends ReturnType<typeof createJournalDraft> {}

/**
 * Makes a draft of one journal over the transaction that stores it.
 *
 * @param near the newest entries, which have no rows of their own yet
 * @param known the newest entries that have rows
 */
export function createJournalDraft(base: WriteTransaction, journal: Journal, near: readonly JournalEntry[], known: Tail | undefined) {
  let tail = known;
  /** Entries without a row. */
  let added: JournalEntry[] = [...near];
  /** All entries with a row lie below this. */
  let floor = near[0]?.seq ?? Infinity;
  let size = 0;
  /** What to remove, as ranges that neither touch nor overlap. */
  let cuts: (readonly [number, number])[] = [];
  /** No range goes beyond this. */
  let end = -Infinity;
  let ahead: { readonly from: number; readonly entries: readonly JournalEntry[]; readonly isEnd: boolean } | undefined;
  let reachAhead = 1;

  /** The first place from `seq` on that is not to be removed. */
  const behindCuts = (seq: number): number => {
    const cut = cuts.find(([first, last]) => first <= seq && seq <= last);
    return cut === undefined ? seq : cut[1] + 1;
  };

  /** Stored entries from `from` on, including those to be removed. */
  const readStored = async (from: number, limit: number): Promise<readonly JournalEntry[]> => {
    if (ahead !== undefined && from >= ahead.from) {
      const rest = ahead.entries.filter(({ seq }) => seq >= from);
      if (ahead.isEnd || rest.length >= limit) return rest.slice(0, limit);
      // A full outbox or history drops entries one by one, so a reader who continues gets more at once each time.
      reachAhead = Math.min(MOST_AHEAD, reachAhead * 4);
    }
    const wanted = Math.max(limit, reachAhead);
    const entries = await base.readForward(journal, from, wanted);
    ahead = { from, entries, isEnd: entries.length < wanted };
    return entries.slice(0, limit);
  };

  /** What the tail will be once everything noted is stored. */
  const grownTail = (): Tail | undefined => {
    if (tail === undefined || added.length === 0) return tail;
    // If the tail ends below an older place, the entries between that and the added ones are unknown.
    if (tail.before !== added[0]!.seq) return undefined;
    const entries = [...tail.entries, ...added];
    const kept = entries.slice(-tail.reach);
    return { ...tail, before: added.at(-1)!.seq + 1, entries: kept, isWhole: tail.isWhole && kept.length === entries.length };
  };

  const removeNoted = async (): Promise<void> => {
    const due = cuts;
    // What was read ahead may contain removed entries.
    [cuts, ahead] = [[], undefined];
    for (const [first, last] of due) await base.removeRange(journal, first, last);
  };

  const newestStored = async (before: number, limit: number): Promise<readonly JournalEntry[]> => {
    const isKnown = tail?.before === before && (tail.isWhole || tail.entries.length >= limit);
    if (!isKnown) {
      // Entries to be removed are still stored. They would count toward the limit in place of those that stay.
      await removeNoted();
      const reach = Math.max(limit, tail?.reach ?? 0);
      const entries = await base.readNewest(journal, before, reach);
      tail = { before, entries, isWhole: entries.length < reach, reach };
    }
    return tail!.entries.slice(-limit);
  };

  return {
    /** Entries without a row of their own. */
    near: (): readonly JournalEntry[] => added,

    /**
     * Characters of what was appended. With too many entries they are not counted: the size is then too large as well,
     * even if few of them are left.
     */
    size: () => size,

    append(entries: readonly JournalEntry[]): void {
      assertGrowing(entries, added.at(-1)?.seq ?? -1);
      for (const entry of entries) added.push(entry);
      size += added.length <= NEAR_ENTRIES ? JSON.stringify(entries).length : NEAR_SIZE + 1;
    },

    async readForward(from: number, limit: number): Promise<JournalEntry[]> {
      // Each entry is compared with all cuts, and they may be half as many as the entries.
      if (cuts.length > MOST_AHEAD) await removeNoted();
      const found: JournalEntry[] = [];
      for (let next = behindCuts(from); found.length < limit; ) {
        const wanted = limit - found.length;
        const entries = await readStored(next, wanted);
        for (const entry of entries) if (behindCuts(entry.seq) === entry.seq) found.push(entry);
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
      // What expires comes in order. It may be thousands of ranges, so they are not all looked at for each.
      if (first <= end + 1) {
        cuts = cuts.filter(([from, to]) => {
          if (from > high + 1 || to < low - 1) return true;
          [low, high] = [Math.min(low, from), Math.max(high, to)];
          return false;
        });
      }
      cuts.push([low, high]);
      end = Math.max(end, high);
    },

    /** Removes from the rows what was noted as removed. */
    removeNoted,

    /** Gives a row to every entry that has none. */
    async store(): Promise<void> {
      tail = grownTail();
      const entries = added;
      [added, floor] = [[], Infinity];
      await removeNoted();
      if (entries.length > 0) base.append(journal, entries);
    },

    /** The newest entries that are known, for the next transaction; undefined if nobody asked for them. */
    tail: (): Tail | undefined => (tail === undefined || tail.reach > LONGEST_TAIL ? undefined : tail),
  };
}
