// The loop by itself, for Node, tests, and for those who write strategies, providers or hosts of their own.
export { createSequentialIds, createSimulatedClock, type Clock, type IdSource, type SimulatedClock } from './clock.ts';
export { isNudgeloopError, NudgeloopError, type ErrorDetails, type NudgeloopErrorCode, type NudgeloopErrorData } from './errors.ts';
export { AsyncFeedbackEventBus, type AsyncFeedbackEventBusOptions } from './events/async-feedback-event-bus.ts';
export {
  FeedbackEventBus,
  type FeedbackBus,
  type FeedbackEventBusOptions,
  type FeedbackEventHandler,
} from './events/feedback-event-bus.ts';
export { createLoopLock, type LoopLockOptions } from './host/create-loop-lock.ts';
export type { WorkLocks } from './host/exclusive-work.ts';
export { createLog, type Log, type LogCode, type LogEvent, type LogLevel, type LogSink, type LogWriter } from './log/log.ts';
export { createMemoryActionSource, type ActionSource, type MemoryActionSource, type PollResult } from './loop/sources/action-source.ts';
export type { FeedbackEvent, IncomingFeedbackEvent, OutgoingFeedbackEvent } from './loop/feedback-event.ts';
export { GoalDrivenFeedbackLoop } from './loop/goal-driven-feedback-loop.ts';
export type { GoalDrivenFeedbackLoopOptions } from './loop/goal-driven-feedback-loop-options.ts';
export { GoalFeedbackWorker } from './loop/goal-feedback-worker.ts';
export type { GoalFeedbackWorkerOptions } from './loop/goal-feedback-worker-options.ts';
export type { LoopTuning } from './model/loop-tuning.ts';
export {
  createMemoryGoalStateBackend,
  GoalStateTracker,
  type GoalChange,
  type GoalStateBackend,
  type GoalStateTrackerOptions,
} from './loop/goal-state-tracker.ts';
export type { Recorded, WakeResult } from './loop/loop-worker.ts';
export type { ProcessResult } from './loop/processing/processor.ts';
export type { CallId } from './loop/commit/receipts.ts';
export type { GoalFeedbackStrategy, StrategyContext } from './loop/strategies/strategy.ts';
export type { StrategyFactory } from './loop/strategies/strategy-registry.ts';
export {
  PersonalityGoalFeedbackStrategy,
  type PersonalityGoalFeedbackStrategyOptions,
} from './loop/strategies/personality-goal-feedback-strategy.ts';
export {
  SimpleGoalFeedbackStrategy,
  type SimpleGoalFeedbackStrategyOptions,
} from './loop/strategies/simple-goal-feedback-strategy.ts';
export type { Action, ActionInput } from './model/action.ts';
export type { DeadLetterRange, DeadLetters } from './model/dead-letters.ts';
export { epochAfterErasure } from './model/epoch.ts';
export type { LoopExport } from './model/export-format.ts';
export type { GoalInput, GoalState } from './model/goal.ts';
export type { HistoryRange } from './model/history-range.ts';
export type { Backoff, DeadLetter, HistoryEntry, LoopInspection, PendingEntry } from './model/inspection.ts';
export type { Analysis, MetricAnalysis, Nudge, Suggestion } from './model/nudge.ts';
export type { JsonValue, PlainObject } from './model/plain-data.ts';
export type { DurationInput } from './model/retention.ts';
export type { LoopSettings, StrategyChoice } from './model/settings.ts';
export type { AnyShapes, LoopShapes } from './model/shapes.ts';
export { createIndexedDbPersistence, type IndexedDbPersistenceOptions } from './storage/indexeddb/indexeddb-persistence.ts';
export { createMemoryPersistence, type MemoryPersistenceOptions } from './storage/memory-persistence.ts';
export type { OpenLocks } from './storage/indexeddb/open-locks.ts';
export type {
  GoalFeedbackPersistence,
  Journal,
  JournalEntry,
  ReadTransaction,
  WriteTransaction,
} from './storage/persistence.ts';
export { systemClock, systemIds } from './system.ts';
