import type { LogEvent } from '../log/log.ts';
import { isEpoch } from '../model/epoch.ts';
import { isWholeNumber } from '../model/is-whole-number.ts';
import { isPlainRecord } from '../model/plain-data.ts';

/** What a host tells all clients of its database. Hints without payload: the truth is read from the host. */
export type HostEvent =
  /** A loop was changed; nudges up to `outbox` (exclusive) may be read. */
  | { readonly type: 'loop.changed'; readonly loop: string; readonly revision: number; readonly outbox: number }
  /** Nudges left the outbox. */
  | { readonly type: 'nudges.acknowledged'; readonly loop: string; readonly seqs: readonly number[] }
  /** A loop, or with null all of them, was erased: of one loop this life, empty if nothing of it was stored. */
  | { readonly type: 'loop.erased'; readonly loop: string | null; readonly incarnation?: string }
  /** Something was logged by the host. */
  | { readonly type: 'log'; readonly event: LogEvent };

/** A host event on its way: the database's epoch goes with it, so that a client notices a new one; with what is logged goes an empty one. */
export interface BroadcastEnvelope {
  readonly nudgeloop: number;
  readonly epoch: string;
  readonly event: HostEvent;
}

/** Places that one event may name; a host acknowledges 500 at once. Without a bound, a list of holes stalls every tab. */
const MAX_SEQS = 1_000;

/**
 * Reads what came over the channel. Any script of the origin can write to it, and a newer version may say more than
 * this one knows: what is not understood is ignored, never an error.
 *
 * @param data a message's data
 * @returns the envelope, or undefined
 */
export function readBroadcast(data: unknown): BroadcastEnvelope | undefined {
  if (!isPlainRecord(data) || typeof data['nudgeloop'] !== 'number' || !isEpoch(data['epoch'])) return undefined;
  const event = data['event'];
  if (!isPlainRecord(event)) return undefined;
  return isHostEvent(event) ? (data as unknown as BroadcastEnvelope) : undefined;
}

function isHostEvent(event: Readonly<Record<string, unknown>>): boolean {
  switch (event['type']) {
    case 'loop.changed':
      return typeof event['loop'] === 'string' && isWholeNumber(event['revision']) && isWholeNumber(event['outbox']);
    case 'nudges.acknowledged':
      return typeof event['loop'] === 'string' && Array.isArray(event['seqs']) && event['seqs'].length <= MAX_SEQS && event['seqs'].every(isWholeNumber);
    case 'loop.erased':
      return event['loop'] === null || typeof event['loop'] === 'string';
    case 'log':
      return isPlainRecord(event['event']) && typeof event['event']['code'] === 'string' && typeof event['event']['level'] === 'string';
    default:
      return false;
  }
}
