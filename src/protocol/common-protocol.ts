import type { ProtocolRange } from './version.ts';

/**
 * Picks the newest protocol that both sides speak.
 *
 * @param own what this side speaks
 * @param other what the other side said it speaks
 * @returns the version, or undefined when one side must be updated first
 */
export function commonProtocol(own: ProtocolRange, other: ProtocolRange): number | undefined {
  const version = Math.min(own.max, other.max);
  return version >= Math.max(own.min, other.min) ? version : undefined;
}
