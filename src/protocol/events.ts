import type { LogEvent } from '../log/log.ts';
import { isEpoch } from '../model/epoch.ts';
import { isWholeNumber } from '../model/is-whole-number.ts';
import { isPlainRecord } from '../model/plain-data.ts';

/** What a host tells all clients of its database. These are hints without payload: the data is read from the host. */
export type HostEvent =
  /** A loop was changed; nudges up to `outbox` (exclusive) may be read. */
  | { readonly type: 'loop.changed'; readonly loop: string; readonly revision: number; readonly outbox: number }
  /** Nudges left the outbox. */
  | { readonly type: 'nudges.acknowledged'; readonly loop: string; readonly seqs: readonly number[] }
  /** A loop was erased; null means all loops. `incarnation` is the life that ended, empty if nothing was stored. */
  | { readonly type: 'loop.erased'; readonly loop: string | null; readonly incarnation?: string }
  /** The host logged something. */
  | { readonly type: 'log'; readonly event: LogEvent };

/** What happened to a loop, or to all of them. */
export type LoopEvent = Exclude<HostEvent, { readonly type: 'log' }>;

/** A host event with the database's epoch, so a client notices a new one. For log events, the epoch is empty. */
export interface BroadcastEnvelope {
  readonly nudgeloop: number;
  readonly epoch: string;
  readonly event: HostEvent;
}

/**
 * The most places that one event may name; a host acknowledges 500 at once. Without a limit, a list of holes stalls
 * every tab.
 */
const MAX_SEQS = 1_000;

/**
 * Reads a broadcast message. Any script of the origin can write to the channel, and a newer version may say more than
 * this one knows. What is not understood is ignored, never an error.
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
