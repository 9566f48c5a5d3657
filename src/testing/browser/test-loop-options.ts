import type { PortableClientOptions } from '../../page/loop-options.ts';
import type { GoalFeedbackPersistence } from '../../storage/persistence.ts';
import type { WorkerOptions } from '../../../sw/worker-options.ts';

/** Options of a tab's client: those of `createNudgeloop`, but for what the test itself provides. */
export type TestClientOptions = PortableClientOptions;

/**
 * Options of the worker's script: those of `startWorker`, but for what the test itself provides, and for `surface`, since
 * notifications are not simulated.
 */
export type TestWorkerOptions = Omit<WorkerOptions, 'database' | 'durability' | 'surface'>;

/** Options of `createTestLoop`: those of the client of each tab, and of the world around it. */
export interface TestLoopOptions extends TestClientOptions {
  /** Options of the worker's script: your strategies, sources, settings. @default {} */
  readonly worker?: TestWorkerOptions | undefined;
  /**
   * What the browser has of service workers: all of it (`working` or `true`); none (`unsupported`), or none since the page
   * came without HTTPS (`insecure`), so that the loop runs in the page with the warning `worker.fallback`; with `false` the app wants none.
   * A loop in the page knows, beside the built-in strategies, those of the option `strategies`.
   *
   * @default 'working'
   */
  readonly serviceWorker?: 'working' | 'unsupported' | 'insecure' | boolean | undefined;
  /**
   * Where the loops are kept; it outlives tabs and workers. Pass the same object to two test loops, and the second one is the
   * browser's next start. (Two objects that open one database look like two storages: give each loop a `seed` of its own.)
   * A storage whose `durable` is false makes receipts say so.
   *
   * @default memory, as durable as the test
   */
  readonly persistence?: GoalFeedbackPersistence | undefined;
  /** When the test begins, in epoch milliseconds. @default 1736121600000, which is Monday, 6 January 2025, 00:00 UTC */
  readonly start?: number | undefined;
  /** A whole number that names all ids and decides which messages a share of loss hits: the same seed, the same test. @default 1 */
  readonly seed?: number | undefined;
}

/** When a test begins, if it does not say: a Monday at midnight, UTC. */
export const DEFAULT_START = Date.UTC(2025, 0, 6);
