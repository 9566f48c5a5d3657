import type { LogWriter } from '../../log/log.ts';
import type { WriteTransaction } from '../../storage/persistence.ts';
import type { LoopState } from '../state/loop-state.ts';
import type { UNCHANGED } from './loop-store.ts';

/**
 * One change of a loop. When it throws, nothing of what it did is stored; it answers `UNCHANGED` when there was nothing
 * to do, or `Found` with what it found done. What it logs is written when the transaction is.
 */
export type Operation<T> = (transaction: WriteTransaction, state: LoopState, log: LogWriter) => Promise<T | typeof UNCHANGED | Found<T>>;

/** The answer of a call that was done before: it changes nothing. */
export class Found<T> {
  constructor(readonly answer: T) {}
}

/** Operations that happen once, however often they are carried out. */
const repeatable = new WeakSet();

/** Whether an operation may be carried out again when nobody knows whether it was: it finds its receipt then. */
export function isRepeatable(operation: object): boolean {
  return repeatable.has(operation);
}

/** Says of an operation that it happens once, however often it is carried out. */
export function markRepeatable<T extends object>(operation: T): T {
  repeatable.add(operation);
  return operation;
}
