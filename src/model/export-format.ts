import type { Action } from './action.ts';
import type { GoalState } from './goal.ts';
import type { Analysis } from './nudge.ts';
import type { JsonValue } from './plain-data.ts';

/** The format's name, by which a file is recognized. */
export const EXPORT_FORMAT = 'nudgeloop-export';

/** The export version that this code writes, and the newest that it reads. */
export const EXPORT_VERSION = 1;

/**
 * How deep an import may be: an action in a call in a list, with room for what later versions add. A much deeper
 * message is sent but never arrives, since browsers clone more levels than they read.
 */
export const IMPORT_DEPTH = 24;

/**
 * How many values, and characters of keys and strings, one import may hold in total, unless the loop's limit is higher:
 * enough for a million actions of common size.
 */
export const MAX_IMPORTED_SIZE = 50_000_000;

/**
 * One loop as JSON: its goal, its history (oldest first, `at` in epoch milliseconds), its last analysis, its pending
 * actions, and in `cursors`, by name, where each action source continues. Nudges are not included: they belong to the
 * device that showed them. If an action has no usable timestamp of its own, an import uses `at`, or
 * without it the present.
 */
export type LoopExport = {
  format: typeof EXPORT_FORMAT;
  version: typeof EXPORT_VERSION;
  loop: string;
  exportedAt: number;
  goalState: GoalState | null;
  analysis: Analysis;
  history: { at: number; action: Action }[];
  pending: { actions: Action[] }[];
  /** Missing in files of earlier builds. Readers that do not know it skip it, so the version stays the same. */
  cursors?: Record<string, JsonValue> | undefined;
};
