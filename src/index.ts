export { createNudgeloop } from './page/client.ts';
export { isSupported } from './page/is-supported.ts';
export { isNudgeloopError, NudgeloopError } from './errors.ts';

export type { ClientOptions, GivenRegistration, ScriptUrl, ServiceWorkerOptions } from './page/client-options.ts';
export type {
  ClientState,
  Inspection,
  LoopClient,
  NudgeloopClient,
  NudgeloopEvents,
} from './page/client-types.ts';
export type { DeadLetterRange, DeadLetters } from './model/dead-letters.ts';
export type { HistoryRange } from './model/history-range.ts';
export type { LoopTuning } from './model/loop-tuning.ts';
export type { LoopOptions, PortableClientOptions } from './page/loop-options.ts';
export type { UnavailableReason } from './page/worker/unavailable.ts';
export type { ErrorDetails, NudgeloopErrorCode, NudgeloopErrorData } from './errors.ts';
export type { LogCode, LogEvent, LogLevel, LogSink } from './log/log.ts';
export type { Action, ActionInput } from './model/action.ts';
export type { LoopExport } from './model/export-format.ts';
export type { GoalInput, GoalState } from './model/goal.ts';
export type { Backoff, DeadLetter, HistoryEntry, LoopInspection, PendingEntry } from './model/inspection.ts';
export type { Analysis, MetricAnalysis, Nudge, Suggestion } from './model/nudge.ts';
export type { JsonValue, PlainObject } from './model/plain-data.ts';
export type { DurationInput } from './model/retention.ts';
export type { LoopSettings, StrategyChoice } from './model/settings.ts';
export type { AnyShapes, LoopShapes } from './model/shapes.ts';
export type { EraseReceipt, Hello, PokeResult, Receipt } from './protocol/api.ts';
export type { GoalFeedbackStrategy, StrategyContext } from './loop/strategies/strategy.ts';
export type { StrategyFactory } from './loop/strategies/strategy-registry.ts';
export type { Clock, IdSource } from './clock.ts';
