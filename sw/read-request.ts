import { isPlainRecord } from '../src/model/plain-data.ts';

/** A call that may be made. */
export interface CheckedRequest {
  readonly id: string;
  readonly method: string;
  readonly argument: unknown;
}

/** A refused call. */
export interface RefusedRequest {
  readonly id: string;
}

/** The longest id; Comlink's have about 56 characters. */
const MAX_ID = 100;

/**
 * Reads a Comlink message as a call of one listed method with one plain argument. Everything else that Comlink can
 * express is refused: GET, SET and CONSTRUCT walk and write the exposed object, ENDPOINT and handlers open more ports.
 *
 * @param message the message
 * @param methods the listed methods, as own properties
 * @returns undefined if it has no id to answer to
 */
export function readRequest(message: unknown, methods: object): CheckedRequest | RefusedRequest | undefined {
  if (!isPlainRecord(message)) return undefined;
  const { id, type, path, argumentList } = message;
  if (typeof id !== 'string' || id.length === 0 || id.length > MAX_ID) return undefined;
  const method: unknown = Array.isArray(path) && path.length === 1 ? path[0] : undefined;
  const wire: unknown = Array.isArray(argumentList) && argumentList.length === 1 ? argumentList[0] : undefined;
  if (type !== 'APPLY' || typeof method !== 'string' || !Object.hasOwn(methods, method)) return { id };
  return isPlainRecord(wire) && wire['type'] === 'RAW' ? { id, method, argument: wire['value'] } : { id };
}
