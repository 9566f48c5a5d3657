/**
 * The protocol between page and worker, which are deployed apart.
 *
 * History, a line a version:
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

/** What this code speaks. */
export const PROTOCOL_RANGE: ProtocolRange = { min: OLDEST_PROTOCOL_VERSION, max: PROTOCOL_VERSION };

/**
 * The BroadcastChannel of one database. The number in it is that of the channel's form, and stays: page and worker are
 * deployed apart, so tabs of several protocols listen at once, and each leaves alone what it can't read.
 */
export function channelName(database: string): string {
  return `nudgeloop:1:${database}`;
}

/** The database used when none is named. */
export const DEFAULT_DATABASE = 'nudgeloop';

/** The loop used when none is named. */
export const DEFAULT_LOOP = 'default';
