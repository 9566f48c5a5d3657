import { NudgeloopError } from '../errors.ts';
import { checkOptions, ELSEWHERE, invalidOption, type OptionRules } from '../model/check-options.ts';
import { GOAL_LIMITS, parseGoalState, type GoalState } from '../model/goal.ts';
import { copyPlainData, isFieldName, isList, isObject, isPlainRecord } from '../model/plain-data.ts';
import { durationToMs } from '../model/retention.ts';
import type { LoopSettings } from '../model/settings.ts';
import type { ClientOptions } from './client-options.ts';
import type { LoopOptions } from './loop-options.ts';
import { isGiven } from './worker/registration.ts';

const isName = (value: unknown): boolean =>
  // Half a surrogate pair can't be part of a URL, and the database's name becomes one.
  typeof value === 'string' && value.length > 0 && value.length <= 100 && !/\p{Surrogate}/u.test(value);
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) > 0;
const isLength = (value: unknown): boolean => Number.isFinite(value) && (value as number) > 0;
const isClock = (value: unknown): boolean => {
  const { now, schedule } = (value ?? {}) as { now?: unknown; schedule?: unknown };
  return isFunction(now) && isFunction(schedule);
};
const isFunction = (value: unknown): boolean => typeof value === 'function';
/** Anything else, or a misspelled field, would register the ready-made worker instead of the app's. */
const isWorker = (value: unknown): boolean =>
  isPlainRecord(value)
    ? Object.keys(value).every((key) => ['url', 'scope', 'type'].includes(key)) && ['classic', 'module', undefined].includes(value['type'] as undefined)
    : isObject(value) && isGiven(value);

const NAME = [isName, 'a string of 1 to 100 characters'] as const;
const FIELD = [(value: unknown) => isName(value) && isFieldName(value), 'the name of a field, such as "timestamp"'] as const;
const COUNT = [isCount, 'a whole number above 0'] as const;
const MILLISECONDS = [isLength, 'a number of milliseconds above 0'] as const;

const STRATEGY = "plain data such as { type: 'simple' }, neither large nor deep; a strategy's code is registered in the worker, with startWorker({ strategies })";

const LOOP_RULES: OptionRules<LoopOptions> = {
  goalState: ELSEWHERE,
  retentionWindow: ELSEWHERE,
  strategy: [(value) => isPlainRecord(value) && isName(value['type']), STRATEGY],
  retentionLimit: [(value) => value === 0 || isCount(value), 'a whole number of actions'],
  timestampField: FIELD,
  pollInterval: MILLISECONDS,
  outboxLimit: COUNT,
  pendingLimit: COUNT,
  deadLetterLimit: COUNT,
  maxAttempts: COUNT,
  storageLimit: COUNT,
};

const CLIENT_RULES: OptionRules<ClientOptions> = {
  ...LOOP_RULES,
  loop: NAME,
  database: NAME,
  serviceWorker: [
    (value) => value === false || isWorker(value),
    "a { url, scope, type: 'classic' | 'module' }, what navigator.serviceWorker.register() returns, or false",
  ],
  strategies: [(value) => isPlainRecord(value) && Object.values(value).every(isFunction), 'a record of functions'],
  fallback: [(value) => typeof value === 'boolean', 'true or false'],
  deadline: MILLISECONDS,
  queueLimit: COUNT,
  listenerLimit: COUNT,
  logSinks: [(value) => isList(value) && value.length <= 100 && Array.from(value).every(isFunction), 'a list of at most 100 functions'],
  clock: [isClock, 'a Clock, { now, schedule }'],
  newId: [isFunction, 'a function'],
};

/** The options that a loop is opened with. */
export interface ParsedLoopOptions {
  readonly settings: LoopSettings;
  readonly goalState: GoalState | undefined;
}

/**
 * Checks and copies the options of a client, and those of its first loop. A copy, since the app may change the object
 * and use it for another client.
 *
 * @throws NudgeloopError `options.invalid`, with the first wrong option as `details.option`; `goal.invalid`
 */
export function parseClientOptions(given: ClientOptions): { options: ClientOptions; main: ParsedLoopOptions } {
  return readable(() => {
    const options = checkOptions(given, CLIENT_RULES);
    return { options, main: copyLoopOptions(options) };
  });
}

/**
 * Checks and copies the options of a loop.
 *
 * @throws NudgeloopError `options.invalid` or `goal.invalid`
 */
export function parseLoopOptions(options: LoopOptions): ParsedLoopOptions {
  return readable(() => copyLoopOptions(checkOptions(options, LOOP_RULES)));
}

/** A getter or a proxy may throw anything when it is read; that counts as an invalid option too. */
function readable<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof NudgeloopError) throw error;
    throw invalidOption('options', 'pass a record of plain values');
  }
}

/**
 * Checks a loop's name.
 *
 * @throws NudgeloopError `options.invalid`
 */
export function parseLoopName(name: string): string {
  if (!isName(name)) throw invalidOption('loop', `pass ${NAME[1]}`);
  return name;
}

/** A copy, so later changes by the app have no effect. */
function copyLoopOptions(options: LoopOptions): ParsedLoopOptions {
  const settings: Record<string, unknown> = {};
  for (const name of Object.keys(LOOP_RULES) as (keyof LoopOptions)[]) {
    const value = options[name];
    if (value === undefined || name === 'goalState') continue;
    // A Temporal.Duration can't be sent to the worker; milliseconds can.
    settings[name] = name === 'retentionWindow' ? durationToMs(value) : value;
  }
  const copy = copyPlainData(settings, GOAL_LIMITS);
  // All others are checked: they are numbers and names.
  if (!('data' in copy)) throw invalidOption('strategy', `pass ${STRATEGY}`);
  return {
    settings: copy.data as LoopSettings,
    goalState: options.goalState === undefined ? undefined : parseGoalState(options.goalState),
  };
}
