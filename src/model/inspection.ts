import type { ErrorDetails } from '../errors.ts';
import type { Action } from './action.ts';
import type { GoalState } from './goal.ts';
import type { Analysis, Nudge } from './nudge.ts';
import type { LoopSettings } from './settings.ts';
import type { AnyShapes, LoopShapes } from './shapes.ts';

/** One retained action. `seq` counts up and is never reused; `at` is the action's timestamp in epoch milliseconds. */
export interface HistoryEntry<Shapes extends LoopShapes = AnyShapes> {
  readonly seq: number;
  readonly at: number;
  readonly action: Action<Shapes>;
}

/** Actions of one call that were accepted but not processed yet. */
export interface PendingEntry<Shapes extends LoopShapes = AnyShapes> {
  readonly seq: number;
  /** When they were accepted, in epoch milliseconds. */
  readonly at: number;
  readonly actions: readonly Action<Shapes>[];
  /** How often the strategy was started on the next of them without success. */
  readonly attempts: number;
  /**
   * No attempt before this instant, in epoch milliseconds. Null if it waits for none: the next wake-up tries it, unless 64
   * others wait for another attempt, which then go first. Absent if a worker of an earlier build answers.
   */
  readonly nextAt?: number | null;
}

/** Actions on which a strategy failed too often, kept with the reason. */
export interface DeadLetter<Shapes extends LoopShapes = AnyShapes> {
  readonly seq: number;
  /** When they became a dead letter, in epoch milliseconds. */
  readonly at: number;
  readonly actions: readonly Action<Shapes>[];
  /** How often the strategy was started on them. */
  readonly attempts: number;
  /** The error's code and details, never its text, which may quote the data. */
  readonly reason: { readonly code: string; readonly details?: ErrorDetails };
}

/** The wait before the loop tries again after failures. */
export interface Backoff {
  /** Consecutive failures. */
  readonly failures: number;
  /** No attempt before this instant, in epoch milliseconds. */
  readonly until: number;
}

/**
 * What a loop has stored, at one instant; read-only, for inspection. Lists hold at most 50: the next pending entries, the
 * newest nudges and the newest dead letters.
 */
export interface LoopInspection<Shapes extends LoopShapes = AnyShapes> {
  readonly loop: string;
  /** Counts every committed change. */
  readonly revision: number;
  readonly settings: LoopSettings;
  readonly goalState: GoalState<Shapes> | null;
  readonly history: { readonly count: number; readonly nextSeq: number };
  readonly baselines: Readonly<Record<string, number>>;
  readonly lastAnalysis: Analysis<Shapes>;
  readonly pending: { readonly count: number; readonly items: readonly PendingEntry<Shapes>[] };
  readonly outbox: { readonly count: number; readonly dropped: number; readonly items: readonly Nudge<Shapes>[] };
  readonly deadLetters: { readonly count: number; readonly items: readonly DeadLetter<Shapes>[] };
  readonly backoff: Backoff | null;
  /** What the loop takes in storage, approximately; bounded by `storageLimit`. */
  readonly bytes: number;
}
