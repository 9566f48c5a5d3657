import { assertGrowing } from './assert-growing.ts';
import type { JournalEntry } from './persistence.ts';

/** One journal in memory. Changes push their reversal onto `undo`. */
export interface MemoryJournal {
  append(entries: readonly JournalEntry[], undo: (() => void)[]): void;
  forward(from: number, limit: number): JournalEntry[];
  newest(before: number, limit: number): JournalEntry[];
  expired(cutoff: number): JournalEntry[];
  oldestAt(): number | undefined;
  removeRange(first: number, last: number, undo: (() => void)[]): void;
  /** Removes everything, and counts from 0 again. */
  clear(undo: (() => void)[]): void;
}

/**
 * Makes a journal: entries by `seq` in a map, and a binary heap by `at` that may still name removed entries. So
 * appending and pruning cost only what is added or removed.
 */
export function createMemoryJournal(): MemoryJournal {
  const entries = new Map<number, JournalEntry>();
  const heap: { readonly at: number; readonly seq: number }[] = [];
  /** No entry is below `first`, and none at or above `next`. */
  let first = 0;
  let next = 0;

  const push = (entry: JournalEntry): void => {
    entries.set(entry.seq, entry);
    let child = heap.length;
    heap.push({ at: entry.at, seq: entry.seq });
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (heap[parent]!.at <= heap[child]!.at) break;
      [heap[parent], heap[child]] = [heap[child]!, heap[parent]!];
      child = parent;
    }
  };

  const pop = (): void => {
    const last = heap.pop()!;
    if (heap.length === 0) return;
    heap[0] = last;
    for (let parent = 0; ; ) {
      const [left, right] = [2 * parent + 1, 2 * parent + 2];
      let least = parent;
      if (left < heap.length && heap[left]!.at < heap[least]!.at) least = left;
      if (right < heap.length && heap[right]!.at < heap[least]!.at) least = right;
      if (least === parent) return;
      [heap[parent], heap[least]] = [heap[least]!, heap[parent]!];
      parent = least;
    }
  };

  /** Removed entries stay in the heap until they come to its top. If they are too many, all are cleared at once. */
  const tidy = (): void => {
    if (heap.length <= 2 * entries.size + 64) return;
    heap.length = 0;
    // Sorted, they form a heap.
    for (const { at, seq } of [...entries.values()].sort((a, b) => a.at - b.at)) heap.push({ at, seq });
  };

  const isLive = (top: { readonly at: number; readonly seq: number }): boolean => entries.get(top.seq)?.at === top.at;

  /** Up to so many entries, from a place on, forward or back. */
  const walk = (from: number, step: 1 | -1, limit: number): JournalEntry[] => {
    const found: JournalEntry[] = [];
    for (let seq = from; seq >= first && seq < next && found.length < limit; seq += step) {
      const entry = entries.get(seq);
      if (entry !== undefined) found.push(entry);
    }
    return found;
  };

  const removeRange = (from: number, to: number, undo: (() => void)[]): void => {
    const removed: JournalEntry[] = [];
    for (let seq = Math.max(from, first); seq <= Math.min(to, next - 1); seq += 1) {
      const entry = entries.get(seq);
      if (entry !== undefined && entries.delete(seq)) removed.push(entry);
    }
    tidy();
    const before = first;
    if (from <= first) first = Math.min(Math.max(first, to + 1), next);
    undo.push(() => {
      first = before;
      for (const entry of removed) push(entry);
    });
  };

  return {
    append(added, undo) {
      const before = next;
      assertGrowing(added, next - 1);
      for (const entry of added) {
        push(entry);
        next = entry.seq + 1;
      }
      undo.push(() => {
        for (const entry of added) entries.delete(entry.seq);
        next = before;
      });
    },
    forward: (from, limit) => walk(Math.max(from, first), 1, limit),
    newest: (before, limit) => walk(Math.min(before, next) - 1, -1, limit).reverse(),
    expired(cutoff) {
      // A set, since the heap names an entry twice if its removal was undone.
      const found = new Set<JournalEntry>();
      while (heap.length > 0 && (heap[0]!.at < cutoff || !isLive(heap[0]!))) {
        if (isLive(heap[0]!)) found.add(entries.get(heap[0]!.seq)!);
        pop();
      }
      // This only looks at them: until they are removed, the heap must still name them.
      for (const entry of found) push(entry);
      return [...found].sort((a, b) => a.seq - b.seq);
    },
    oldestAt() {
      while (heap.length > 0 && !isLive(heap[0]!)) pop();
      return heap[0]?.at;
    },
    removeRange,
    clear(undo) {
      removeRange(first, next - 1, undo);
      const before = next;
      [first, next] = [0, 0];
      undo.push(() => {
        [first, next] = [before, before];
      });
    },
  };
}
