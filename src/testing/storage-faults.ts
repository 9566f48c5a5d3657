import type { NudgeloopErrorCode } from '../errors.ts';
import type { GoalFeedbackPersistence } from '../storage/persistence.ts';

/**
 * How a storage fails. `storage.quota`: a full disk. `storage.blocked`: a tab that keeps an old version of the database open.
 * `storage.newer`: a database of a later release. `storage.failed`: anything else.
 */
export type StorageFault = Extract<NudgeloopErrorCode, `storage.${string}`>;

/** Makes a storage fail. */
export interface StorageFaults {
  /**
   * Makes every write fail until `heal()`. Nothing of a failed write is stored. On a full disk (`storage.quota`), writes that
   * only remove still work, as in a browser.
   *
   * @param code how they fail
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
   * Makes every read fail until `heal()`, and also the opening of the storage, so a worker that starts in the meantime can't
   * use it. With `storage.failed`, that worker runs in memory, with the warning `storage.memory` and `durable: false`. With any
   * other code, it rejects each call.
   *
   * @param code how they fail. Defaults to `storage.failed`.
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
   * Makes the next writes that change something fail; later ones work. On a full disk (`storage.quota`), a write that only
   * removes works, and is not counted.
   *
   * @param count how many
   * @param code how they fail. Defaults to `storage.failed`.
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
  /** Ends the effect of `failWrites`, `failReads` and `failNext`. */
  heal(): void;
  /**
   * Holds the storage, like a disk that hangs: requests made from now on wait, in order. A call to a loop then rejects with
   * `call.timeout` at its deadline, though it may still be stored.
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
  /** Lets the held requests continue. */
  release(): void;
  /**
   * Destroys everything that is stored and begins a new epoch, like a browser that clears a site's data. Each client gets
   * `epoch.reset` with its next answer.
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

/** A storage that can be made to fail, as `withFaults` returns it. */
export interface FaultyPersistence extends GoalFeedbackPersistence {
  /** The switches. */
  readonly faults: StorageFaults;
}
