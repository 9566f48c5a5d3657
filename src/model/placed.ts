import { NudgeloopError } from '../errors.ts';
import type { DeadLetter } from './inspection.ts';
import { isList, isObject } from './plain-data.ts';

/** What has a place in a loop: a nudge or a dead letter. */
export interface Placed {
  readonly seq: number;
  readonly loop?: string;
}

/** The most nudges or dead letters in one call. */
const MAX_PLACED = 10_000;

/**
 * The most nudges or dead letters in one step and one message: with twice as many, the worker would refuse the message
 * for too many values.
 */
const PLACED_PER_STEP = 500;

/**
 * Checks the nudges or dead letters that a call was given: they must be of this loop.
 *
 * @throws NudgeloopError `message.invalid`
 */
export function ours<T extends Placed>(call: string, loop: string, given: T | readonly T[]): readonly T[] {
  const list: readonly T[] = isList(given) ? given : [given];
  const isOurs = (item: unknown): boolean => isObject(item) && Number.isSafeInteger(item['seq']) && (item['loop'] ?? loop) === loop;
  try {
    if (list.length <= MAX_PLACED && Array.from(list).every(isOurs)) return list;
  } catch {
    // A getter or a proxy that throws when it is read is not ours either.
  }
  throw new NudgeloopError(
    'message.invalid',
    `${call} takes only what the loop "${loop}" returned, at most ${MAX_PLACED} at once.`,
    { call, loop, limit: MAX_PLACED },
  );
}

/** Makes one call after the other, each for a piece of a list, and adds up their results. */
export async function inPieces<T>(given: readonly T[], make: (piece: T[]) => Promise<number>): Promise<number> {
  let count = 0;
  for (let from = 0; from < given.length; from += PLACED_PER_STEP) count += await make(given.slice(from, from + PLACED_PER_STEP));
  return count;
}

/**
 * Retries or discards dead letters of this loop in pieces, and adds up how many were moved. Each is named by its place and its
 * time, since after an erasure another one may have its place.
 *
 * @throws NudgeloopError `message.invalid`
 */
export async function moveInPieces(
  loop: string,
  letters: DeadLetter | readonly DeadLetter[],
  move: (piece: { readonly seqs: number[]; readonly ats: number[] }) => Promise<number>,
): Promise<number> {
  // Copied at the call: later, the app may have changed them.
  const given = ours<DeadLetter>('deadLetters', loop, letters).map(({ seq, at }) => ({ seq, at }));
  return inPieces(given, (piece) => move({ seqs: piece.map(({ seq }) => seq), ats: piece.map(({ at }) => at) }));
}
