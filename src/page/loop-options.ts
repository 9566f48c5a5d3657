import type { LogSink } from '../log/log.ts';
import type { StrategyFactory } from '../loop/strategies/strategy-registry.ts';
import type { GoalInput } from '../model/goal.ts';
import type { LoopTuning } from '../model/loop-tuning.ts';
import type { StrategyChoice } from '../model/settings.ts';
import type { AnyShapes, LoopShapes } from '../model/shapes.ts';

/** Options of one loop. The host stores them, so the loop works the same while no page is open. */
export interface LoopOptions<Shapes extends LoopShapes = AnyShapes> extends LoopTuning {
  /** What to steer toward; set once the client has connected. @default the stored goal */
  readonly goalState?: GoalInput<Shapes> | undefined;
  /** The strategy that turns actions into suggestions, by name. @default { type: 'simple' } */
  readonly strategy?: StrategyChoice | undefined;
}

/** The client options that name no browser type, so they work in tests without a browser too. */
export interface PortableClientOptions<Shapes extends LoopShapes = AnyShapes> extends LoopOptions<Shapes> {
  /** The loop's name. @default 'default' */
  readonly loop?: string | undefined;
  /** Run the loop in the page if there is no usable service worker. @default true */
  readonly fallback?: boolean | undefined;
  /**
   * Your own strategies, by the names that `strategy` chooses from, for pages without a service worker. Pass the same
   * ones to `startWorker`: a worker uses its own and ignores these. Strategies of any shapes may stand together.
   *
   * @default none: a page without a worker rejects with `strategy.unknown` if it chooses a strategy of your own
   */
  readonly strategies?: Readonly<Record<string, StrategyFactory>> | undefined;
  /** Milliseconds after which an unanswered call rejects with `call.timeout`. @default 10000 */
  readonly deadline?: number | undefined;
  /** How many actions may wait for their receipts; beyond it, `record` rejects with `queue.full`. @default 10000 */
  readonly queueLimit?: number | undefined;
  /**
   * How many listeners one event may have; beyond it, `on` throws `queue.full`, because the app probably forgets to
   * remove them.
   *
   * @default 1000
   */
  readonly listenerLimit?: number | undefined;
  /** Where log events go. @default nowhere */
  readonly logSinks?: readonly LogSink[] | undefined;
}
