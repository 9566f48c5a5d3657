import type { AnyShapes, LoopShapes } from '../../model/shapes.ts';
import type { PortableClientOptions } from '../../page/loop-options.ts';
import type { GoalFeedbackPersistence } from '../../storage/persistence.ts';
import type { WorkerOptions } from '../../../sw/worker-options.ts';

/** Options of a tab's client: those of `createNudgeloop`, except what the test itself provides. */
export type TestClientOptions<Shapes extends LoopShapes = AnyShapes> = PortableClientOptions<Shapes>;

/**
 * Options of the worker's script: those of `startWorker`, except what the test itself provides, and `surface`, since
 * notifications are not simulated.
 */
export type TestWorkerOptions = Omit<WorkerOptions, 'database' | 'durability' | 'surface'>;

/** Options of `createTestLoop`: those of each tab's client, and of the simulated browser. */
export interface TestLoopOptions<Shapes extends LoopShapes = AnyShapes> extends TestClientOptions<Shapes> {
  /** Options of the worker's script: your strategies, sources, settings. @default {} */
  readonly worker?: TestWorkerOptions | undefined;
  /**
   * How far the browser supports service workers. `'working'` or `true`: fully. `'unsupported'`: not at all. `'insecure'`: not
   * on this page, which came without HTTPS. In both cases the loop runs in the page with the warning `worker.fallback`. With
   * `false`, the app wants no worker. A loop in the page knows the built-in strategies and those of the option `strategies`.
   *
   * @default 'working'
   */
  readonly serviceWorker?: 'working' | 'unsupported' | 'insecure' | boolean | undefined;
  /**
   * Where the loops are stored; it outlives tabs and workers. To simulate the browser's next start, pass the same object to a
   * second test loop. (Two objects that open one database look like two storages: give each test loop a `seed` of its own.)
   * If its `durable` is false, receipts say so.
   *
   * @default memory, as durable as the test
   */
  readonly persistence?: GoalFeedbackPersistence | undefined;
  /** When the test starts, in epoch milliseconds. @default 1736121600000, which is Monday, 6 January 2025, 00:00 UTC */
  readonly start?: number | undefined;
  /** A whole number that determines all ids, and which messages a share of loss hits: the same seed, the same test. @default 1 */
  readonly seed?: number | undefined;
}
