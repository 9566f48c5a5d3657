import type { ErrorDetails } from '../errors.ts';
import type { Action } from './action.ts';
import type { GoalState } from './goal.ts';
import type { Analysis, Nudge } from './nudge.ts';
import type { LoopSettings } from './settings.ts';

/** One retained action: `seq` counts up and is never used twice, `at` is its timestamp in epoch milliseconds. */
export interface HistoryEntry {
  readonly seq: number;
  readonly at: number;
  readonly action: Action;
}

/** Actions of one call that were accepted but not yet processed. */
export interface PendingEntry {
  readonly seq: number;
  /** Accepted at, in epoch milliseconds. */
  readonly at: number;
  readonly actions: readonly Action[];
  /** How often the strategy was started on the next of them without success. */
  readonly attempts: number;
}

/** Actions that failed too often, kept with the reason. */
export interface DeadLetter extends PendingEntry {
  /** Became one at, in epoch milliseconds. */
  readonly at: number;
  /** The error's code and details; never its text, which may quote the data. */
  readonly reason: { readonly code: string; readonly details?: ErrorDetails };
}

/** Why the loop waits before it tries again. */
export interface Backoff {
  /** Failures in a row. */
  readonly failures: number;
  /** No try before this instant, in epoch milliseconds. */
  readonly until: number;
}

/** What a loop has stored, at one instant; read only, for inspectors. Lists hold 50 at the most: the next pending entries, the newest
 * nudges and dead letters. */
export interface LoopInspection {
  readonly loop: string;
  /** Counts every committed change. */
  readonly revision: number;
  readonly settings: LoopSettings;
  readonly goalState: GoalState | null;
  readonly history: { readonly count: number; readonly nextSeq: number };
  readonly baselines: Readonly<Record<string, number>>;
  readonly lastAnalysis: Analysis;
  readonly pending: { readonly count: number; readonly items: readonly PendingEntry[] };
  readonly outbox: { readonly count: number; readonly dropped: number; readonly items: readonly Nudge[] };
  readonly deadLetters: { readonly count: number; readonly items: readonly DeadLetter[] };
  readonly backoff: Backoff | null;
  /** What all of it takes, about; `storageLimit` bounds it. */
  readonly bytes: number;
}
