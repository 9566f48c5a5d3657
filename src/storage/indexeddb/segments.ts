import { assertGrowing } from '../assert-growing.ts';
import type { JournalEntry } from '../persistence.ts';
import type { Segment } from './schema.ts';

/** The most entries in one segment: enough to make rows cheap, few enough to rewrite one when it is cut. */
export const SEGMENT_SIZE = 256;

/**
 * Packs entries into segments.
 *
 * @param loop the loop that they belong to
 * @param entries with growing `seq`
 * @throws NudgeloopError `storage.failed` if `seq` does not grow
 */
export function packSegments(loop: string, entries: readonly JournalEntry[]): Segment[] {
  assertGrowing(entries, -1);
  const segments: Segment[] = [];
  for (let start = 0; start < entries.length; start += SEGMENT_SIZE) {
    const part = entries.slice(start, start + SEGMENT_SIZE);
    segments.push(packSegment(loop, part.at(-1)!.seq, part));
  }
  return segments;
}

/**
 * The entries of a segment, oldest first. Any script of the origin can write rows; one of another form has no entries.
 */
export function unpackSegment(segment: Segment): JournalEntry[] {
  if (!isSegment(segment)) return [];
  return segment.seqs.map((seq, index) => ({ seq, at: segment.ats[index]!, value: segment.values[index]! }));
}

/**
 * A segment without the entries from `first` to `last`.
 *
 * @returns the same segment if it holds none of them; undefined if nothing is left; otherwise the rest
 */
export function cutSegment(segment: Segment, first: number, last: number): Segment | undefined {
  if (!isSegment(segment)) return undefined;
  const kept = unpackSegment(segment).filter(({ seq }) => seq < first || seq > last);
  if (kept.length === segment.seqs.length) return segment;
  return kept.length === 0 ? undefined : packSegment(segment.loop, segment.last, kept);
}

function isSegment({ last, seqs, ats, values }: Segment): boolean {
  if (![seqs, ats, values].every(Array.isArray) || seqs.length > SEGMENT_SIZE) return false;
  const isWhole = ats.length === seqs.length && values.length === seqs.length;
  return isWhole && seqs.every((seq, index) => isPlace(seq, seqs[index - 1] ?? -1, last) && Number.isFinite(ats[index]));
}

function isPlace(seq: unknown, above: number, last: number): boolean {
  return Number.isSafeInteger(seq) && (seq as number) > above && (seq as number) <= last;
}

function packSegment(loop: string, last: number, entries: readonly JournalEntry[]): Segment {
  return {
    loop,
    last,
    minAt: entries.reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY),
    seqs: entries.map(({ seq }) => seq),
    ats: entries.map(({ at }) => at),
    values: entries.map(({ value }) => value),
  };
}
