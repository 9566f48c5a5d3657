/**
 * The protocol between page and worker, which are deployed separately.
 *
 * History, one line for each version:
 * 1. first release
 */
export const PROTOCOL_VERSION = 1;

/** The oldest protocol that this code still speaks. */
export const OLDEST_PROTOCOL_VERSION = 1;

/** The protocols that one side speaks. */
export interface ProtocolRange {
  readonly min: number;
  readonly max: number;
}

export const PROTOCOL_RANGE: ProtocolRange = { min: OLDEST_PROTOCOL_VERSION, max: PROTOCOL_VERSION };

/**
 * The BroadcastChannel of one database. Its number is the version of the channel's form, and stays the same. Page and
 * worker are deployed separately, so tabs with different protocols listen at the same time, and each ignores what it
 * can't read.
 */
export function channelName(database: string): string {
  return `nudgeloop:1:${database}`;
}

export const DEFAULT_DATABASE = 'nudgeloop';

export const DEFAULT_LOOP = 'default';
