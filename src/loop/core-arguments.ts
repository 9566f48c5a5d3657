import { NudgeloopError } from '../errors.ts';
import type { HistoryRange } from '../model/history-range.ts';
import { isWholeNumber } from '../model/is-whole-number.ts';
import { isPlainRecord } from '../model/plain-data.ts';
import type { CallId } from './commit/receipts.ts';

// A host's schemas check these before a call reaches the loop. Here they are checked for callers without a host.

/** The longest name of a client, as in a page's message. */
const MAX_CLIENT = 64;

/**
 * Checks the id of a call, if there is one.
 *
 * @throws NudgeloopError `message.invalid`
 */
export function checkedCallId(call: string, id: unknown): CallId | undefined {
  if (id === undefined) return undefined;
  const { client, seq, oldest, incarnation, epoch } = (isPlainRecord(id) ? id : {}) as Partial<Record<keyof CallId, unknown>>;
  const isNamed = typeof client === 'string' && client.length > 0 && client.length <= MAX_CLIENT;
  const isCounted = isWholeNumber(seq) && (oldest === undefined || isWholeNumber(oldest));
  if (isNamed && isCounted && [incarnation, epoch].every((life) => life === undefined || typeof life === 'string')) return id as CallId;
  throw new NudgeloopError(
    'message.invalid',
    `The id of ${call} is invalid. Pass { client, seq }: the client's name (1 to ${MAX_CLIENT} characters) and the number of its call, counting up from 0.`,
    { call, problem: 'id' },
  );
}

/** The most entries that one call reads. */
const MAX_LIMIT = 10_000;

const BOUNDS: { readonly [Bound in keyof HistoryRange]-?: (value: unknown) => boolean } = {
  limit: (value) => isWholeNumber(value) && value > 0 && value <= MAX_LIMIT,
  before: isWholeNumber,
  from: (value) => typeof value === 'number' && !Number.isNaN(value),
  to: (value) => typeof value === 'number' && !Number.isNaN(value),
};

/**
 * Checks which part of a list to read.
 *
 * @throws NudgeloopError `message.invalid`
 */
export function checkedRange(call: string, range: unknown): HistoryRange {
  const isRange = isPlainRecord(range) && Object.entries(range).every(([bound, value]) => {
    return Object.hasOwn(BOUNDS, bound) && (value === undefined || BOUNDS[bound as keyof HistoryRange](value));
  });
  if (isRange) return { ...range };
  throw new NudgeloopError('message.invalid', `${call} takes { limit, before, from, to }: optional numbers, limit from 1 to ${MAX_LIMIT}.`, { call });
}
