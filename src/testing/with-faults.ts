import { NudgeloopError } from '../errors.ts';
import { epochAfterErasure, isAfterErasure } from '../model/epoch.ts';
import type { GoalFeedbackPersistence, ReadTransaction, WriteTransaction } from '../storage/persistence.ts';
import { forwardReads, forwardWrites } from './forward-transaction.ts';
import type { FaultyPersistence, StorageFault } from './storage-faults.ts';
import { watchTransaction } from './watched-transaction.ts';

/** Faults of a database that can't even be opened while they last. The other faults come when a write is committed. */
const UNOPENED: ReadonlySet<StorageFault> = new Set(['storage.blocked', 'storage.newer']);

/** How the epoch of an erased storage begins. */
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
  /** Each hold has one of its own, so that nobody overtakes those who wait at it, and the next hold keeps none of them. */
  let gate = Promise.resolve();
  let open: (() => void) | undefined;
  /** Epochs that stand for a loss, though the wrapped storage began them by an erasure: it has no other way. */
  const losses = new Set<string>();

  const namedAs = async (epoch: Promise<string>): Promise<string> => {
    const name = await epoch;
    return losses.has(name) && isAfterErasure(name) ? name.slice(ERASED.length) : name;
  };
  const epochOf = (transaction: ReadTransaction) => ({ epoch: () => namedAs(transaction.epoch()) });
  const reading = (base: ReadTransaction): ReadTransaction => ({ ...forwardReads(base), ...epochOf(base) });
  const writing = (base: WriteTransaction): WriteTransaction => ({ ...forwardWrites(base), ...epochOf(base) });

  /** Waits while it is held, then fails if it is to. Everything comes through here, and so in the order of the calls. */
  const enter = async (assert: () => void): Promise<void> => {
    await gate;
    assert();
  };
  const assertReadable = (): void => {
    if (failing.reads !== undefined) throw failure(failing.reads);
  };

  /** The fault of a write, at its beginning or, with what it did, at its end. */
  const fail = (atCommit?: { readonly isLarger: boolean }): void => {
    const isCounted = next.count > 0;
    const code = isCounted ? next.code : failing.writes;
    // Only at its end is it known whether a write has something to store, and so whether it counts.
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
      // After the work, as a database refuses: its requests went well, and then the commit does not.
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
      // Behind what is held: that is under way.
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
