import type { GoalState } from '../../model/goal.ts';
import type { Backoff } from '../../model/inspection.ts';
import type { Analysis } from '../../model/nudge.ts';
import type { JsonValue } from '../../model/plain-data.ts';
import type { LoopSettings } from '../../model/settings.ts';
import { noNearRows, type NearRows } from './near-rows.ts';
import type { SeenTime } from './seen-time.ts';
import type { Tally } from './tally.ts';

/** The key of a loop's state document. */
export const STATE_KEY = 'state';

/** The version of the state document. Version 1 is the first release. */
export const STATE_VERSION = 1;

/** The key for the tries at a changed goal, beside those at pending entries. */
export const GOAL_TRY = -1;

/** What is remembered of a metric: its baseline, the place of that, and the newest place with the metric. */
export interface MetricState {
  value: number;
  seq: number;
  /** Absent if an older release stored it: then it may be anywhere. */
  latest?: number;
}

/** The progress of the tries at one pending entry, or at a changed goal. */
export interface Try {
  /** How often the strategy was started on this piece; counted before it runs. */
  attempts: number;
  /** No try before this instant, in epoch milliseconds; 0 means at once. */
  until: number;
  /** How many first actions of the entry are done. */
  done: number;
  /** The most actions to try next: fewer after each failure, until the culprit is alone. */
  size: number;
  /**
   * The tries are over, and the action waits for room among the dead letters. Absent otherwise, and in older releases.
   */
  isOver?: boolean;
}

/**
 * The small part of a loop, read and written with every change. Lists are in the journals; this has only what makes
 * them cheap: ends, counts, baselines. Inside a write it is a draft that may be changed.
 */
export interface LoopState {
  version: number;
  /** Identifies this life of the loop. After an erasure it is another one. */
  incarnation: string;
  revision: number;
  settings: LoopSettings;
  goalState: GoalState | null;
  /** Counts changes of the goal, so a judgement can tell whether it is stale. */
  goalVersion: number;
  /**
   * Counts how often the history was emptied or replaced by an import, so a suggestion can tell whether it comes too
   * late.
   */
  resets: number;
  /** True while a changed goal waits for an untrusted strategy. */
  goalPending: boolean;
  analysis: Analysis;
  metrics: Record<string, MetricState>;
  /**
   * `first` is at or below the oldest retained entry. No entry is older than `oldestAt`, which is null if there are
   * none. Entries below `passed` came with a suggestion that replaced the history; absent if none did.
   */
  history: { first: number; next: number; oldestAt: number | null; passed?: number } & Tally;
  pending: { first: number; next: number } & Tally;
  /** Tries that have not succeeded yet: at pending entries by `seq`, at a changed goal by `GOAL_TRY`. */
  tries: Record<number, Try>;
  /** Counts the runs over the pending work. A run with an older number was overtaken, and stores nothing more. */
  fence: number;
  outbox: { first: number; next: number; dropped: number } & Tally;
  dead: { next: number } & Tally;
  /** When the clock was read, so a jump makes nothing expire; null before the first reading. */
  time: SeenTime | null;
  backoff: Backoff | null;
  /** The same for each action source that failed. */
  sourceBackoffs: Record<string, Backoff>;
  /** Where each action source continues. */
  cursors: Record<string, JsonValue>;
  /** Rows that are stored in this document. Only the draft of a transaction reads them. */
  near: NearRows;
}

/** The state of an empty loop. */
export function initialLoopState(): LoopState {
  return {
    version: STATE_VERSION,
    incarnation: '',
    revision: 0,
    settings: {},
    goalState: null,
    goalVersion: 0,
    resets: 0,
    goalPending: false,
    analysis: {},
    metrics: {},
    history: { first: 0, next: 0, count: 0, bytes: 0, oldestAt: null },
    pending: { first: 0, next: 0, count: 0, bytes: 0 },
    tries: {},
    fence: 0,
    outbox: { first: 0, next: 0, count: 0, bytes: 0, dropped: 0 },
    dead: { next: 0, count: 0, bytes: 0 },
    time: null,
    backoff: null,
    sourceBackoffs: {},
    cursors: {},
    near: noNearRows(),
  };
}

/** Whether there is a goal to steer toward. Without one, actions are kept and no strategy runs. */
export function hasGoal({ goalState }: LoopState): boolean {
  return Object.keys(goalState ?? {}).length > 0;
}

/** Whether anything waits to be judged: actions, or a changed goal. */
export function hasPendingWork({ pending, goalPending }: LoopState): boolean {
  return pending.count > 0 || goalPending;
}

/** The baselines of a state, as plain numbers, without that of the timestamp. */
export function baselinesOf(state: LoopState, timestampField: string): Record<string, number> {
  const metrics = Object.entries(state.metrics).filter(([metric]) => metric !== timestampField);
  return Object.fromEntries(metrics.map(([metric, { value }]) => [metric, value]));
}
