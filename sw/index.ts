export { startWorker } from './start-worker.ts';
export { isNudgeloopError, NudgeloopError } from '../src/errors.ts';
export { createMemoryActionSource } from '../src/loop/action-source.ts';

export type { NudgeloopWorker } from './start-worker.ts';
export type { WorkerOptions } from './worker-options.ts';
export type { ActionSource, MemoryActionSource, PollResult } from '../src/loop/action-source.ts';
export type { GoalFeedbackStrategy, StrategyContext } from '../src/loop/strategy.ts';
export type { StrategyFactory } from '../src/loop/strategy-registry.ts';
export type { ErrorDetails, NudgeloopErrorCode } from '../src/errors.ts';
export type { LogCode, LogEvent, LogLevel, LogSink } from '../src/log/log.ts';
export type { Action, ActionInput } from '../src/model/action.ts';
export type { GoalState } from '../src/model/goal.ts';
export type { Analysis, MetricAnalysis, Nudge, Suggestion } from '../src/model/nudge.ts';
export type { JsonValue } from '../src/model/plain-data.ts';
export type { DurationInput } from '../src/model/retention.ts';
export type { LoopSettings, StrategyChoice } from '../src/model/settings.ts';
export type { PokeResult } from '../src/protocol/api.ts';
