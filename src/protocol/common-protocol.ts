import type { ProtocolRange } from './version.ts';

/**
 * Picks the newest protocol that both sides speak.
 *
 * @param own the protocols of this side
 * @param other the protocols that the other side says it speaks
 * @returns the version; undefined if one side must be updated first
 */
export function commonProtocol(own: ProtocolRange, other: ProtocolRange): number | undefined {
  const version = Math.min(own.max, other.max);
  return version >= Math.max(own.min, other.min) ? version : undefined;
}
