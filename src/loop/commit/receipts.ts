import { NudgeloopError } from '../../errors.ts';
import { isPlainRecord, type JsonValue } from '../../model/plain-data.ts';
import { UNCHANGED } from './loop-store.ts';
import { Found, type Operation } from './operation.ts';

/** Identifies one call of one client. `seq` counts the client's calls, so a resend can be told from a new call. */
export interface CallId {
  readonly client: string;
  readonly seq: number;
  /** The oldest call whose answer the client still awaits; older ones are not sent again. @default unknown */
  readonly oldest?: number | undefined;
  /**
   * The life of the loop that the call is meant for. In another one, after an erasure, the call is not taken.
   *
   * @default any
   */
  readonly incarnation?: string | undefined;
  /**
   * The life of the storage that the call is meant for. In another one, after a loss or an erasure of all, the call is
   * not taken.
   *
   * @default any
   */
  readonly epoch?: string | undefined;
}

/**
 * How many calls of a client are remembered. A page resends none that is further behind its newest (`RESEND_WINDOW` of the
 * protocol), so each copy is still known.
 */
export const RECEIPT_WINDOW = 256;

/**
 * How many clients are remembered, the latest callers: more than anybody has tabs, and a bound if somebody makes up new
 * ones.
 */
const CLIENTS = 256;

/**
 * Receipts are aged by places, not by times: if a clock was once ahead, times from then would rank above all later
 * ones. Places begin at the last instant of ECMAScript, so times that an older build wrote count as older. From there
 * to 2^53 is room for more changes than any loop sees.
 */
const FIRST_PLACE = 8.64e15;

const PREFIX = 'receipts:';

interface ReceiptDocument {
  readonly top: number;
  /**
   * Calls below this are settled and not remembered one by one. Absent in older documents: then only the window counts.
   */
  readonly floor?: number;
  /** `seq` and digest, and the answer if it is kept, in order of arrival. */
  readonly seen: readonly (readonly [seq: number, digest: number, ...answer: JsonValue[]])[];
}

/** The stable id of a call, as its receipt shows it. */
export function receiptId({ client, seq }: CallId): string {
  return `${client}-${seq}`;
}

/**
 * Makes an operation that happens once, however often the call is sent: the receipt is stored in the transaction of the
 * operation itself. If the same call was taken before, it answers `UNCHANGED` and does nothing.
 *
 * @param id the call; undefined for one that is never sent again
 * @param content what the call asks for, as JSON: the same number with other content is refused
 * @param operation what the call does
 * @param answer for a call whose answer tells what this very call did: turns the operation's result into the answer for a
 * later copy
 * @throws NudgeloopError `receipt.conflict` if the id was used for something else, or is too old to know; `epoch.reset`
 * if the loop was erased since: the receipts went with it, and without them a copy can't be recognized
 */
export function once<T, Answer extends JsonValue = never>(
  id: CallId | undefined,
  content: string,
  operation: Operation<T>,
  answer?: (result: T) => Answer,
): Operation<T | Answer> {
  if (id === undefined) return operation;
  const digest = digestOf(content);
  const taken: Operation<T | Answer> = async (transaction, state, log) => {
    if (id.incarnation && id.incarnation !== state.incarnation) throw erased();
    // Inside the transaction, since the database may be recreated at any await before. Only this reveals that an
    // empty loop was erased together with all others.
    if (id.epoch !== undefined && id.epoch !== (await transaction.epoch())) throw erased();
    const key = `${PREFIX}${id.client}`;
    const stored = receiptsOf(await transaction.readDocument(key));
    const { top, floor = top - RECEIPT_WINDOW + 1, seen } = stored ?? { top: -1, seen: [] };
    if (id.seq <= top) {
      const earlier = seen.find(([seq]) => seq === id.seq);
      if (earlier?.[1] === digest) return earlier.length > 2 ? new Found(earlier[2] as Answer) : UNCHANGED;
      if (earlier !== undefined || id.seq < floor) throw conflict(id, earlier !== undefined);
    }
    // Other clients are forgotten when a new one comes: once a page, not once a call.
    if (stored === undefined) await transaction.pruneDocuments(PREFIX, 0, CLIENTS - 1);
    const nextTop = Math.max(top, id.seq);
    // A client that tells what it still awaits needs few receipts, usually one. What it awaits never moves back.
    const nextFloor = Math.max(floor, nextTop - RECEIPT_WINDOW + 1, Math.min(id.oldest ?? 0, id.seq));
    // Receipts are in order, except within one window: settled ones are at the front.
    let settled = 0;
    while (settled < seen.length && seen[settled]![0] < nextFloor) settled += 1;
    const kept = seen.slice(settled);
    const result = await operation(transaction, state, log);
    const told = answer === undefined || result === UNCHANGED || result instanceof Found ? [] : [answer(result)];
    transaction.writeDocument(key, { top: nextTop, floor: nextFloor, seen: [...kept, [id.seq, digest, ...told]] }, FIRST_PLACE + state.revision);
    return result;
  };
  return Object.assign(taken, { isRepeatable: true } as const);
}

/** What is stored of a client. If it has another form, something else wrote it, and it counts as nothing. */
function receiptsOf(document: JsonValue | undefined): ReceiptDocument | undefined {
  if (!isPlainRecord(document)) return undefined;
  const { top, floor = 0, seen } = document;
  const isOurs = Number.isSafeInteger(top) && Number.isSafeInteger(floor) && Array.isArray(seen) && seen.every((pair) => Array.isArray(pair) && Number.isSafeInteger(pair[0]) && (pair[0] as number) <= (top as number));
  return isOurs ? (document as unknown as ReceiptDocument) : undefined;
}

/** The refusal of a call whose loop is gone, whatever an earlier copy of it did. */
export function erased(): NudgeloopError {
  return new NudgeloopError('epoch.reset', 'The loop was erased, or its database lost, since this call was made; nothing was taken. Repeat the call if you still want it.');
}

function conflict(id: CallId, isKnown: boolean): NudgeloopError {
  return new NudgeloopError(
    'receipt.conflict',
    isKnown
      ? `The call ${receiptId(id)} was taken before with other content; this one was not taken. Use a new id.`
      : `The call ${receiptId(id)} comes too late to know whether it was taken before; this one was not taken.`,
    { id: receiptId(id) },
  );
}

/** FNV-1a, 32 bits: it tells a mistaken reuse of an id, and need not withstand an attacker. */
function digestOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
