import type { NudgeloopErrorCode } from '../errors.ts';
import type { GoalFeedbackPersistence } from '../storage/persistence.ts';

/**
 * How a storage fails: `storage.quota` is a full disk, `storage.blocked` a tab that keeps an old version of the database
 * open, `storage.newer` a database of a later release, `storage.failed` everything else.
 */
export type StorageFault = Extract<NudgeloopErrorCode, `storage.${string}`>;

/** The switches of a storage that can be made to fail. */
export interface StorageFaults {
  /**
   * Lets every write fail until `heal()`. Nothing of a failed write is stored. On a full disk (`storage.quota`), what only
   * removes goes on, as in a browser.
   *
   * @param code how
   *
   * @example
   * ```ts
   * import { createTestLoop } from 'nudgeloop/testing';
   *
   * const loop = createTestLoop();
   * loop.storage.failWrites('storage.quota');
   * await loop.client.record({ steps: 1 }).catch(({ code }) => console.log(code)); // prints storage.quota
   * ```
   */
  failWrites(code: StorageFault): void;
  /**
   * Lets every read fail until `heal()`, and the opening of the storage: a worker that starts meanwhile can't use it. After
   * `storage.failed` it goes on in memory, with the warning `storage.memory` and `durable: false`; after any other it
   * refuses each call.
   *
   * @param code how. Defaults to `storage.failed`.
   *
   * @example
   * ```ts
   * import { createTestLoop } from 'nudgeloop/testing';
   *
   * const loop = createTestLoop();
   * await loop.client.ready;
   * loop.storage.failReads();
   * await loop.client.history().catch(({ code }) => console.log(code)); // prints storage.failed
   * ```
   */
  failReads(code?: StorageFault): void;
  /**
   * Lets the next writes fail that have something to store; those after them go well.
   *
   * @param count how many
   * @param code how. Defaults to `storage.failed`.
   *
   * @example
   * ```ts
   * import { createTestLoop } from 'nudgeloop/testing';
   *
   * const loop = createTestLoop();
   * await loop.client.ready;
   * loop.storage.failNext(1);
   * await loop.client.record({ steps: 1 }).catch(({ code }) => console.log(code)); // prints storage.failed
   * console.log((await loop.client.record({ steps: 1 })).count); // prints 1
   * ```
   */
  failNext(count: number, code?: StorageFault): void;
  /** Ends what `failWrites`, `failReads` and `failNext` began. */
  heal(): void;
  /**
   * Holds the storage: what is asked of it from now on waits, in its order, as on a disk that hangs. A call to a loop
   * then ends with `call.timeout` at its deadline, though it may still be stored.
   *
   * @example
   * ```ts
   * import { createTestLoop } from 'nudgeloop/testing';
   *
   * const loop = createTestLoop();
   * loop.storage.hold();
   * const call = loop.client.record({ steps: 1 });
   * // Look here at what your app shows until the receipt comes.
   * loop.storage.release();
   * console.log((await call).durable); // prints true
   * ```
   */
  hold(): void;
  /** Lets what was held go on. */
  release(): void;
  /**
   * Destroys everything that is stored and begins a new epoch, as a browser does that clears a site's data: each
   * client hears `epoch.reset` with its next answer.
   *
   * @example
   * ```ts
   * import { createTestLoop } from 'nudgeloop/testing';
   *
   * const loop = createTestLoop();
   * loop.client.on('epoch.reset', () => console.log('lost'));
   * await loop.client.record({ steps: 1 });
   * await loop.storage.loseDatabase(); // tells nobody yet
   * const history = await loop.client.history(); // prints lost
   * console.log(history); // prints []
   * ```
   */
  loseDatabase(): Promise<void>;
}

/** A storage with switches: what `withFaults` makes. */
export interface FaultyPersistence extends GoalFeedbackPersistence {
  /** The switches. */
  readonly faults: StorageFaults;
}
