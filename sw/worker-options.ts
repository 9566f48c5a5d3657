import { NudgeloopError } from '../src/errors.ts';
import type { LogSink } from '../src/log/log.ts';
import type { ActionSource } from '../src/loop/sources/action-source.ts';
import { areNamedApart } from '../src/loop/sources/are-named-apart.ts';
import { checkedStrategy, type GoalFeedbackStrategy } from '../src/loop/strategies/strategy.ts';
import type { StrategyFactory } from '../src/loop/strategies/strategy-registry.ts';
import { isFieldName, isObject } from '../src/model/plain-data.ts';
import { durationToMs } from '../src/model/retention.ts';
import { check } from '../src/model/schema.ts';
import { loopSettingsSchema, type LoopSettings } from '../src/model/settings.ts';
import type { NudgeSurface } from './nudge-surface.ts';

/** Options of `startWorker`. They override what a page asks for. */
export interface WorkerOptions {
  /** The database's name, the same as in the page's `createNudgeloop`. @default 'nudgeloop' */
  readonly database?: string | undefined;
  /** One strategy for all loops, whatever pages ask for. @default what the page chose, or `simple` */
  readonly strategy?: GoalFeedbackStrategy | undefined;
  /** Strategies that a page may choose by name, besides `simple` and `personality`. @default none */
  readonly strategies?: Readonly<Record<string, StrategyFactory>> | undefined;
  /** The only loops that pages may open. @default any */
  readonly loops?: readonly string[] | undefined;
  /** Settings for every loop, which pages can't change. @default none */
  readonly settings?: Omit<LoopSettings, 'strategy'> | undefined;
  /**
   * `strict`: an acknowledged action is on disk. `relaxed`: a power cut may lose the last seconds, and a receipt's
   * `durable` only means that the action outlives the process. It is up to 1.3 times as fast in Chromium, and no faster
   * in Firefox. Firefox before 126 is always `relaxed`.
   *
   * @default 'strict'
   */
  readonly durability?: 'strict' | 'relaxed' | undefined;
  /** Where new actions come from, besides the pages; asked at each wake-up and poll, not at each call. @default none */
  readonly sources?: readonly ActionSource[] | undefined;
  /** Milliseconds that a strategy or a source may take. @default 5000 */
  readonly strategyDeadline?: number | undefined;
  /**
   * Shows nudges outside of pages. It is told of each new nudge once that is stored, and when nudges are
   * gone. Make it with `showNudges` or `createNudgeSurface`.
   *
   * @default none
   */
  readonly surface?: NudgeSurface | undefined;
  /** Where log events go, besides the pages. @default nowhere */
  readonly logSinks?: readonly LogSink[] | undefined;
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
  const given: unknown = options;
  if (!isObject(given)) throw invalid('options', 'pass a record');
  const unknown = Object.keys(options).find((option) => !OPTIONS.has(option));
  if (unknown !== undefined) throw invalid(unknown, `it does not exist; choose from ${[...OPTIONS].join(', ')}`);
  const { database, strategy, surface, durability = 'strict', strategyDeadline = 1, strategies = {} } = options;
  if (database !== undefined) checkDatabase(database);
  if (strategy !== undefined) checkedStrategy(strategy);
  if (surface !== undefined && typeof surface !== 'function') throw invalid('surface', 'pass showNudges(…)');
  if (!['strict', 'relaxed'].includes(durability)) throw invalid('durability', 'pass strict or relaxed');
  if (!Number.isFinite(strategyDeadline) || strategyDeadline <= 0) throw invalid('strategyDeadline', 'pass milliseconds above 0');
  if (!isObject(strategies) || !Object.values(strategies).every(isFunction)) throw invalid('strategies', 'pass a record of functions');
  checkList(options, 'loops', (loop) => typeof loop === 'string');
  checkList(options, 'sources', (source) => has(source, 'poll'));
  checkList(options, 'logSinks', isFunction);
  const { loops, sources = [] } = options;
  if (!areNamedApart(sources)) throw invalid('sources', 'give each source of a loop a unique name, other than an inherited one such as `constructor`');
  const stray = sources.find(({ loop = 'default' }) => loops?.includes(loop) === false);
  // Its actions would go into a loop that no page may open.
  if (stray !== undefined) throw invalid('sources', `the loop "${stray.loop ?? 'default'}" of a source is not in the option loops`);
  if (options.settings !== undefined) checkSettings(options.settings);
}

/**
 * Checks the only option of the ready-made script.
 *
 * @throws NudgeloopError `options.invalid`
 */
export function checkDatabase(database: string): void {
  if (typeof database !== 'string' || database.length === 0 || database.length > 100) {
    throw invalid('database', 'pass a string of 1 to 100 characters');
  }
}

/** Checks all settings at the start, by name: otherwise a retention with a typo would silently keep everything. */
function checkSettings(settings: LoopSettings): void {
  const schema = loopSettingsSchema();
  const result = check(schema, settings);
  // One strategy for all loops has an option of its own.
  const names = Object.keys(schema._zod.def.shape).filter((name) => name !== 'strategy');
  const wrong = 'data' in result ? Object.keys(settings).find((name) => !names.includes(name)) : result.issues[0]?.path[0];
  if ('issues' in result || wrong !== undefined) {
    throw invalid(['settings', ...(wrong === undefined ? [] : [wrong])].join('.'), `the settings are ${names.join(', ')}, as in the page's options`);
  }
  const { timestampField, retentionWindow } = settings;
  // The schema accepts any name there, and any value here.
  if (timestampField !== undefined && !isFieldName(timestampField)) throw invalid('settings.timestampField', 'pass the name of a field');
  if (retentionWindow !== undefined) durationToMs(retentionWindow, 'settings.retentionWindow');
}

function checkList(options: WorkerOptions, option: 'loops' | 'sources' | 'logSinks', isRight: (value: unknown) => boolean): void {
  const list: unknown = options[option];
  if (list !== undefined && !(Array.isArray(list) && list.every(isRight))) throw invalid(option, 'pass a list that fits its type');
}

const isFunction = (value: unknown): boolean => typeof value === 'function';
const has = (value: unknown, method: string): boolean => isFunction((value as Record<string, unknown> | null | undefined)?.[method]);

function invalid(option: string, advice: string): NudgeloopError {
  return new NudgeloopError('options.invalid', `The option ${option} of startWorker is invalid: ${advice}.`, { option });
}
