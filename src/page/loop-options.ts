import type { GoalInput } from '../model/goal.ts';
import type { LogSink } from '../log/log.ts';
import type { LoopTuning } from '../model/loop-tuning.ts';
import type { StrategyChoice } from '../model/settings.ts';
import type { StrategyFactory } from '../loop/strategies/strategy-registry.ts';

/** Options of one loop. They are stored by the worker, so that it works the same while no page is open. */
export interface LoopOptions extends LoopTuning {
  /** What to steer toward, set once connected. @default the stored goal */
  readonly goalState?: GoalInput | undefined;
  /** Which strategy turns actions into suggestions, by name. @default { type: 'simple' } */
  readonly strategy?: StrategyChoice | undefined;
}

/** Those options of a client that it has everywhere, in a test without a browser too: they name no type of a browser. */
export interface PortableClientOptions extends LoopOptions {
  /** The loop's name. @default 'default' */
  readonly loop?: string | undefined;
  /** Run the loop in the page when there is no usable service worker. @default true */
  readonly fallback?: boolean | undefined;
  /**
   * The app's own strategies, by the names that `strategy` chooses by, for pages without a service worker: the same that its worker
   * hands to `startWorker`. Where there is a worker, it knows its own, and these are not used.
   *
   * @default none: a page without a worker then refuses a strategy of the app's own with `strategy.unknown`
   */
  readonly strategies?: Readonly<Record<string, StrategyFactory>> | undefined;
  /** Milliseconds after which a call without an answer rejects with `call.timeout`. @default 10000 */
  readonly deadline?: number | undefined;
  /** Actions that wait for their receipts at the most; beyond them `record` rejects with `queue.full`. @default 10000 */
  readonly queueLimit?: number | undefined;
  /** Listeners of one event at the most; beyond them `on` throws `queue.full`, since somebody forgets to take theirs off. @default 1000 */
  readonly listenerLimit?: number | undefined;
  /** Where log events go. @default nowhere */
  readonly logSinks?: readonly LogSink[] | undefined;
}
