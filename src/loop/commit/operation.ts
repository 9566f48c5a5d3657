import type { LogWriter } from '../../log/log.ts';
import type { WriteTransaction } from '../../storage/persistence.ts';
import type { LoopState } from '../state/loop-state.ts';
import type { UNCHANGED } from './loop-store.ts';

/**
 * One change of a loop. If it throws, nothing of it is stored. It returns `UNCHANGED` if there was nothing to do, or
 * `Found` with a result that an earlier copy left. Its log events are written when the transaction is committed.
 */
export type Operation<T> = (transaction: WriteTransaction, state: LoopState, log: LogWriter) => Promise<T | typeof UNCHANGED | Found<T>>;

/** The answer of a call that was done before: nothing changes. */
export class Found<T> {
  constructor(readonly answer: T) {}
}

/** Operations that take effect once, however often they run. */
const repeatable = new WeakSet();

/** Whether an operation may run again if it is unknown whether it was stored: it then finds its receipt. */
export function isRepeatable(operation: object): boolean {
  return repeatable.has(operation);
}

/** Marks an operation as taking effect once, however often it runs. */
export function markRepeatable<T extends object>(operation: T): T {
  repeatable.add(operation);
  return operation;
}
