import type { LogWriter } from '../../log/log.ts';
import type { WriteTransaction } from '../../storage/persistence.ts';
import type { LoopState } from '../state/loop-state.ts';
import type { UNCHANGED } from './loop-store.ts';

/**
 * One change of a loop. If it throws, nothing of it is stored. It returns `UNCHANGED` if there was nothing to do, or
 * `Found` with a result that an earlier copy left. Its log events are written when the transaction is committed.
 */
export interface Operation<T> {
  (transaction: WriteTransaction, state: LoopState, log: LogWriter): Promise<T | typeof UNCHANGED | Found<T>>;
  /** It may run again if it is unknown whether it was stored: it then finds its receipt. */
  readonly isRepeatable?: true;
}

/** The answer of a call that was done before: nothing changes. */
export class Found<T> {
  constructor(readonly answer: T) {}
}
