import { NudgeloopError } from '../errors.ts';
import { epochAfterErasure, isAfterErasure } from '../model/epoch.ts';
import type { GoalFeedbackPersistence, ReadTransaction, WriteTransaction } from '../storage/persistence.ts';
import { forwardReads, forwardWrites } from './forward-transaction.ts';
import type { FaultyPersistence, StorageFault } from './storage-faults.ts';
import { watchTransaction } from './watched-transaction.ts';

/** With these faults a database can't even be opened. The other faults occur when a write is committed. */
const UNOPENED: ReadonlySet<StorageFault> = new Set(['storage.blocked', 'storage.newer']);

/** The prefix of an epoch that began with an erasure. */
const ERASED = epochAfterErasure('');

/**
 * Wraps a storage so that a test can make it fail. Until a fault is switched on, it behaves like the wrapped one. Its faults
 * keep the promises of every storage: a rejection is a `NudgeloopError`, and has changed nothing.
 *
 * @param persistence the storage to wrap: usually memory, or a provider of your own
 *
 * @example
 * ```ts
 * import { GoalFeedbackWorker, SimpleGoalFeedbackStrategy } from 'nudgeloop/core';
 * import { createMemoryPersistence, createSequentialIds, withFaults } from 'nudgeloop/testing';
 *
 * const storage = withFaults(createMemoryPersistence({ newId: createSequentialIds('epoch') }));
 * const worker = new GoalFeedbackWorker({ strategy: new SimpleGoalFeedbackStrategy(), persistence: storage });
 * storage.faults.failWrites('storage.quota');
 * await worker.record({ steps: 1 }).catch(({ code }) => console.log(code)); // prints storage.quota
 * storage.faults.heal();
 * console.log((await worker.record({ steps: 1 })).count); // prints 1
 * ```
 */
export function withFaults(persistence: GoalFeedbackPersistence): FaultyPersistence {
  const failing: { writes?: StorageFault | undefined; reads?: StorageFault | undefined } = {};
  const next = { count: 0, code: 'storage.failed' as StorageFault };
  /** Each hold has its own gate, so nobody overtakes those who wait, and the next hold does not keep them. */
  let gate = Promise.resolve();
  let open: (() => void) | undefined;
  /** Epochs that count as a loss, though they began with an erasure: the wrapped storage has no other way. */
  const losses = new Set<string>();

  const namedAs = async (epoch: Promise<string>): Promise<string> => {
    const name = await epoch;
    return losses.has(name) && isAfterErasure(name) ? name.slice(ERASED.length) : name;
  };
  const epochOf = (transaction: ReadTransaction) => ({ epoch: () => namedAs(transaction.epoch()) });
  const reading = (base: ReadTransaction): ReadTransaction => ({ ...forwardReads(base), ...epochOf(base) });
  const writing = (base: WriteTransaction): WriteTransaction => ({ ...forwardWrites(base), ...epochOf(base) });

  /** Waits while the storage is held, then fails if it must. Every request passes here, in the order of the calls. */
  const enter = async (assert: () => void): Promise<void> => {
    await gate;
    assert();
  };
  const assertReadable = (): void => {
    if (failing.reads !== undefined) throw failure(failing.reads);
  };

  /** Throws the fault of a write: without argument at its beginning, with what it did at its end. */
  const fail = (atCommit?: { readonly isLarger: boolean }): void => {
    const isCounted = next.count > 0;
    const code = isCounted ? next.code : failing.writes;
    // Only its end tells whether a write stores something, and so whether it counts.
    const failsAtOnce = !isCounted && code !== undefined && UNOPENED.has(code);
    if (code === undefined || failsAtOnce !== (atCommit === undefined)) return;
    if (code === 'storage.quota' && atCommit?.isLarger === false) return;
    if (isCounted) next.count -= 1;
    throw failure(code);
  };

  const write = async <T>(loop: string, work: (transaction: WriteTransaction) => Promise<T>): Promise<T> => {
    await enter(fail);
    return persistence.write(loop, async (base) => {
      const watched = watchTransaction(writing(base));
      const result = await work(watched.transaction);
      // After the work, as in a database: the requests succeed, and then the commit fails.
      if (watched.isChanged()) fail({ isLarger: watched.isLarger() });
      return result;
    });
  };

  return {
    durable: persistence.durable,
    async probe() {
      await enter(assertReadable);
      await persistence.probe();
    },
    async epoch() {
      await enter(assertReadable);
      return namedAs(persistence.epoch());
    },
    async loops() {
      await enter(assertReadable);
      return persistence.loops();
    },
    async read(loop, work) {
      await enter(assertReadable);
      return persistence.read(loop, (transaction) => work(reading(transaction)));
    },
    write,
    async eraseAll(look) {
      await enter(fail);
      fail({ isLarger: false });
      await persistence.eraseAll(look && ((loop, transaction) => look(loop, reading(transaction))));
    },
    async close() {
      // After the requests that are held, which are still in progress.
      await enter(() => undefined);
      await persistence.close();
    },
    faults: {
      failWrites: (code) => void (failing.writes = code),
      failReads: (code = 'storage.failed') => void (failing.reads = code),
      failNext: (count, code = 'storage.failed') => void Object.assign(next, { count, code }),
      heal() {
        failing.writes = failing.reads = undefined;
        next.count = 0;
      },
      hold() {
        if (open === undefined) gate = new Promise((resolve) => (open = resolve));
      },
      release() {
        open?.();
        open = undefined;
      },
      async loseDatabase() {
        await persistence.eraseAll();
        losses.add(await persistence.epoch());
      },
    },
  };
}

function failure(code: StorageFault): NudgeloopError {
  return new NudgeloopError(code, `The storage fails with ${code}, because the test wants it to; nothing was changed.`, { seen: 'test' });
}
