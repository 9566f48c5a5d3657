import { NudgeloopError } from '../src/errors.ts';
import type { LogSink } from '../src/log/log.ts';
import type { ActionSource } from '../src/loop/sources/action-source.ts';
import type { GoalFeedbackStrategy } from '../src/loop/strategies/strategy.ts';
import type { StrategyFactory } from '../src/loop/strategies/strategy-registry.ts';
import { durationToMs } from '../src/model/retention.ts';
import type { LoopSettings } from '../src/model/settings.ts';
import type { NudgeSurface } from './nudge-surface.ts';

/** Options of `startWorker`. What is set here wins over what a page asks for. */
export interface WorkerOptions {
  /** The database's name, the same as in the page's `createNudgeloop`. @default 'nudgeloop' */
  readonly database?: string;
  /** One strategy for all loops, whatever pages ask for. @default what the page chose, or `simple` */
  readonly strategy?: GoalFeedbackStrategy;
  /** Strategies that a page may choose by name, beside `simple` and `personality`. @default none */
  readonly strategies?: Readonly<Record<string, StrategyFactory>>;
  /** The only loops that pages may open. @default any */
  readonly loops?: readonly string[];
  /** Settings of every loop that pages can't change. @default none */
  readonly settings?: Omit<LoopSettings, 'strategy'>;
  /**
   * `strict`: an acknowledged action is on disk. `relaxed`: a power cut may lose the last seconds, at half the cost.
   *
   * @default 'strict'
   */
  readonly durability?: 'strict' | 'relaxed';
  /** Where new actions come from, beside the pages; asked at each wake-up. @default none */
  readonly sources?: readonly ActionSource[];
  /** Milliseconds that a strategy or a source may take. @default 5000 */
  readonly strategyDeadline?: number;
  /**
   * Shows nudges somewhere else than in pages; it is told of each new one once that is stored, and when one is gone.
   * Make it with `showNudges` or `createNudgeSurface`.
   *
   * @default none
   */
  readonly surface?: NudgeSurface;
  /** Where log events go, beside the pages. @default nowhere */
  readonly logSinks?: readonly LogSink[];
}

/** The name under which a strategy that is fixed for all loops is registered. */
export const FIXED_STRATEGY = 'worker';

/** The settings that pages can't change. */
export function fixedSettings({ settings = {}, strategy }: WorkerOptions): LoopSettings {
  const { retentionWindow } = settings;
  return {
    ...settings,
    // A Temporal.Duration can't be stored; milliseconds can.
    ...(retentionWindow === undefined ? {} : { retentionWindow: durationToMs(retentionWindow) }),
    ...(strategy === undefined ? {} : { strategy: { type: FIXED_STRATEGY } }),
  };
}

const OPTIONS: ReadonlySet<string> = new Set<keyof WorkerOptions>([
  'database',
  'strategy',
  'strategies',
  'loops',
  'settings',
  'durability',
  'sources',
  'strategyDeadline',
  'surface',
  'logSinks',
]);

/**
 * Checks the options of a worker.
 *
 * @throws NudgeloopError `options.invalid`
 */
export function checkWorkerOptions(options: WorkerOptions): void {
  const unknown = Object.keys(options).find((option) => !OPTIONS.has(option));
  if (unknown !== undefined) throw invalid(unknown, `there is no such option; there are ${[...OPTIONS].join(', ')}`);
  const { database, strategy, surface, durability = 'strict', strategyDeadline = 1 } = options;
  if (database !== undefined && (typeof database !== 'string' || database.length === 0 || database.length > 100)) {
    throw invalid('database', 'pass a string of 1 to 100 characters');
  }
  if (strategy !== undefined && typeof (strategy as { suggestActions?: unknown }).suggestActions !== 'function') {
    throw invalid('strategy', 'pass an object with suggestActions');
  }
  if (surface !== undefined && typeof surface !== 'function') throw invalid('surface', 'pass showNudges(…)');
  if (!['strict', 'relaxed'].includes(durability)) throw invalid('durability', 'pass strict or relaxed');
  if (!Number.isFinite(strategyDeadline) || strategyDeadline <= 0) throw invalid('strategyDeadline', 'pass milliseconds above 0');
}

function invalid(option: string, advice: string): NudgeloopError {
  return new NudgeloopError('options.invalid', `The option ${option} of startWorker is refused: ${advice}.`, { option });
}
