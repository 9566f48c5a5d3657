import { NudgeloopError } from '../errors.ts';
import type { GoalState } from '../model/goal.ts';
import type { Backoff } from '../model/inspection.ts';
import type { Analysis } from '../model/nudge.ts';
import { isPlainRecord, type JsonValue } from '../model/plain-data.ts';
import type { LoopSettings } from '../model/settings.ts';

/** The key of a loop's state document. */
export const STATE_KEY = 'state';

/** The version of the state document. Version 1 is the first release. */
export const STATE_VERSION = 1;

/** What is remembered of a metric: its baseline, where that stands, and in how many retained actions it occurs. */
export interface MetricState {
  value: number;
  seq: number;
  count: number;
}

/**
 * The small part of a loop, read and written with every change. Lists stay in the journals; this holds only what makes
 * them cheap: ends, counts, baselines. Inside a write it is a draft that may be changed.
 */
export interface LoopState {
  version: number;
  /** The identity of this life of the loop: another one after it was erased. */
  incarnation: string;
  revision: number;
  settings: LoopSettings;
  goalState: GoalState | null;
  /** Counts changes of the goal, so that a judgement can tell whether it is still asked for. */
  goalVersion: number;
  /** True while a changed goal waits for an untrusted strategy. */
  goalPending: boolean;
  analysis: Analysis;
  metrics: Record<string, MetricState>;
  /** `first` lies at or below the oldest retained entry; `oldestAt` is null when there is none. */
  history: { first: number; next: number; count: number; oldestAt: number | null };
  pending: { first: number; next: number; count: number };
  /** How often the strategy was started on a pending entry, by its `seq`; counted before it runs. */
  attempts: Record<number, number>;
  outbox: { first: number; next: number; count: number; dropped: number };
  dead: { next: number; count: number };
  backoff: Backoff | null;
  /** The same for each action source that failed. */
  sourceBackoffs: Record<string, Backoff>;
  /** Where each action source goes on. */
  cursors: Record<string, JsonValue>;
}

/** The state of a loop that has nothing. */
export function initialLoopState(incarnation = ''): LoopState {
  return {
    version: STATE_VERSION,
    incarnation,
    revision: 0,
    settings: {},
    goalState: null,
    goalVersion: 0,
    goalPending: false,
    analysis: {},
    metrics: {},
    history: { first: 0, next: 0, count: 0, oldestAt: null },
    pending: { first: 0, next: 0, count: 0 },
    attempts: {},
    outbox: { first: 0, next: 0, count: 0, dropped: 0 },
    dead: { next: 0, count: 0 },
    backoff: null,
    sourceBackoffs: {},
    cursors: {},
  };
}

/**
 * Reads a state document. Fields that a newer minor release added and this one doesn't know stay where they are.
 *
 * @param document as it was stored
 * @throws NudgeloopError `storage.newer` when a newer version wrote it, `message.invalid` when it is none of ours
 */
export function readLoopState(document: JsonValue | undefined): LoopState {
  if (document === undefined) return initialLoopState();
  const version = isPlainRecord(document) ? document['version'] : undefined;
  if (typeof version !== 'number') {
    throw new NudgeloopError(
      'message.invalid',
      'The stored state of a loop is not of the expected form. Something else wrote to this database; erase the loop to begin anew.',
      { path: STATE_KEY },
    );
  }
  if (version > STATE_VERSION) {
    throw new NudgeloopError(
      'storage.newer',
      `The loop's state is of version ${version}, this build reads up to ${STATE_VERSION}. Reload the page, or update this build.`,
      { seen: version, limit: STATE_VERSION },
    );
  }
  return { ...initialLoopState(), ...(document as Partial<LoopState>) };
}

/** The baselines of a state, as plain numbers; the timestamp is none. */
export function baselinesOf(state: LoopState, timestampField: string): Record<string, number> {
  const metrics = Object.entries(state.metrics).filter(([metric]) => metric !== timestampField);
  return Object.fromEntries(metrics.map(([metric, { value }]) => [metric, value]));
}
