import { checkOptions, ELSEWHERE, invalidOption, type OptionRule, type OptionRules } from '../model/check-options.ts';
import { isList } from '../model/plain-data.ts';
import type { GoalDrivenFeedbackLoopOptions } from './goal-driven-feedback-loop-options.ts';
import type { GoalFeedbackWorkerOptions } from './goal-feedback-worker-options.ts';

const isFunction = (value: unknown): boolean => typeof value === 'function';
const has = (value: unknown, ...methods: readonly string[]): boolean =>
  methods.every((method) => isFunction((value as Readonly<Record<string, unknown>> | null)?.[method]));

const PERSISTENCE: OptionRule = [(value) => has(value, 'read', 'write'), 'where the loop is kept, such as createMemoryPersistence()'];

const COMMON = {
  strategy: ELSEWHERE,
  persistence: PERSISTENCE,
  name: [(value) => typeof value === 'string', 'a string'],
  retentionLimit: ELSEWHERE,
  retentionWindow: ELSEWHERE,
  timestampField: ELSEWHERE,
  storageLimit: ELSEWHERE,
  strategyDeadline: ELSEWHERE,
  guardsClock: [(value) => typeof value === 'boolean', 'true or false'],
  clock: [(value) => has(value, 'now', 'schedule'), 'a Clock, { now, schedule }'],
  log: [(value) => has(value, 'debug', 'info', 'warn', 'error'), 'what createLog() returns'],
} satisfies Record<string, OptionRule>;

const LOOP_RULES: OptionRules<GoalDrivenFeedbackLoopOptions> = { ...COMMON, goalState: ELSEWHERE };

const WORKER_RULES: OptionRules<GoalFeedbackWorkerOptions> = {
  ...COMMON,
  bus: [(value) => has(value, 'publish', 'subscribe'), 'a FeedbackEventBus, or an object with publish and subscribe'],
  sources: [(value) => isList(value) && Array.from(value).every((source) => has(source, 'poll')), 'a list of sources, { name, poll }'],
  pollInterval: ELSEWHERE,
  outboxLimit: ELSEWHERE,
  pendingLimit: ELSEWHERE,
  deadLetterLimit: ELSEWHERE,
  maxAttempts: ELSEWHERE,
  newId: [isFunction, 'a function'],
  exclusively: [isFunction, 'a function that runs what it is given'],
};

/**
 * Checks the options of a loop without a host.
 *
 * @throws NudgeloopError `options.invalid`, with the option's name
 */
export function checkedLoopOptions(options: GoalDrivenFeedbackLoopOptions): GoalDrivenFeedbackLoopOptions {
  checkOptions(options, LOOP_RULES);
  return options;
}

/**
 * Checks the options of a worker.
 *
 * @throws NudgeloopError `options.invalid`, with the option's name
 */
export function checkedWorkerOptions(options: GoalFeedbackWorkerOptions): GoalFeedbackWorkerOptions {
  checkOptions(options, WORKER_RULES);
  // Not from the copy: the options may be an object of a class, with getters.
  if (options.persistence === undefined) throw invalidOption('persistence', `pass ${PERSISTENCE[1]}`);
  return options;
}
