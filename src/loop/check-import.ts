import { NudgeloopError } from '../errors.ts';
import { copyAction, MAX_ACTIONS_PER_CALL, STAMPED_LIMITS, type Action, type ReadAction } from '../model/action.ts';
import { readAction } from '../model/parse-actions.ts';
import { timestampOf } from '../model/timestamp.ts';
import { EXPORT_FORMAT, EXPORT_VERSION, MAX_IMPORTED_SIZE } from '../model/export-format.ts';
import { GOAL_LIMITS, parseGoalState, type GoalState } from '../model/goal.ts';
import type { Analysis, MetricAnalysis } from '../model/nudge.ts';
import { copyPlainRecord, isPlainRecord, type JsonValue, type PlainDataLimits } from '../model/plain-data.ts';
import type { LoopRuntime } from './processing/loop-runtime.ts';

/** The most actions in one import. */
const MAX_IMPORTED_ACTIONS = 1_000_000;

/** An analysis has seven values for each metric of a goal. */
const ANALYSIS_LIMITS = { depth: 3, nodes: 7 * GOAL_LIMITS.nodes, characters: 7 * GOAL_LIMITS.characters };

/** The cursors of a hundred sources. Each is stored with every change. */
const CURSORS_LIMITS = { depth: 1 + STAMPED_LIMITS.depth, nodes: 100 * STAMPED_LIMITS.nodes, characters: 100 * STAMPED_LIMITS.characters };

const TRENDS: readonly unknown[] = ['toward_goal', 'away_from_goal', 'stable'] satisfies MetricAnalysis['trend'][];

/** A checked export. */
export interface CheckedImport {
  readonly goalState: GoalState | null;
  readonly analysis: Analysis;
  readonly history: readonly { readonly action: Action; readonly at: number | undefined }[];
  readonly pending: readonly (readonly Action[])[];
  /** Undefined if the file has none. */
  readonly cursors: Record<string, JsonValue> | undefined;
  /** The number of actions in history and pending together. */
  readonly actions: number;
}

/**
 * Checks an export, part by part, each with the budget of its kind: a hostile file is refused before a schema walks it.
 *
 * @param data the result of `export()`, parsed from JSON
 * @throws NudgeloopError `message.invalid`, `action.invalid` or `goal.invalid`
 */
export function checkImport(data: unknown, { timestampField, storageLimit }: Pick<LoopRuntime, 'timestampField' | 'storageLimit'>): CheckedImport {
  if (!isPlainRecord(data)) throw invalidImport('not a record');
  if (data['format'] !== EXPORT_FORMAT) throw invalidImport('not a Nudgeloop export');
  if (data['version'] !== EXPORT_VERSION) throw invalidImport('of a version that this build does not read');
  const { history, pending, goalState } = data;
  if (!Array.isArray(history) || !Array.isArray(pending)) throw invalidImport('without history or pending');
  if (history.length > MAX_IMPORTED_ACTIONS || pending.length > MAX_IMPORTED_ACTIONS) throw invalidImport('too large');
  const recordAt = (part: string, limits: PlainDataLimits): Readonly<Record<string, JsonValue>> => {
    const copy = copyPlainRecord(data[part], limits);
    if ('problem' in copy) throw malformed(part);
    return copy.data;
  };
  const analysis = Object.entries(recordAt('analysis', ANALYSIS_LIMITS)).map(([metric, known]) => {
    const checked = metricAnalysisIn(known);
    if (checked === undefined) throw malformed('analysis');
    return [metric, checked] as const;
  });
  // One budget for everything: a list may name the same large action a million times, which costs nothing to send. A
  // loop with a larger limit may export more: its limit counts the bytes of the JSON, and the whole JSON is longer than
  // what is counted here.
  const limit = Math.max(MAX_IMPORTED_SIZE, storageLimit);
  let [actions, size] = [0, 0];
  const counted = ({ action, size: spent }: ReadAction): Action => {
    actions += 1;
    size += spent;
    if (actions > MAX_IMPORTED_ACTIONS || size > limit) throw invalidImport('too large');
    return action;
  };
  const copied = (given: unknown, index: number): Action => counted(copyAction(given, timestampField, index, STAMPED_LIMITS));
  return {
    goalState: goalState === null ? null : parseGoalState(goalState),
    analysis: Object.fromEntries(analysis),
    // Array.from, since map() skips the holes of a list, and a hole is not an entry.
    history: Array.from(history, (entry: unknown, index) => {
      const { action, at: told } = isPlainRecord(entry) ? entry : { action: entry };
      // The timestamp field may have changed since, so this is the only record of the time.
      const at = timestampOf(told);
      return { at, action: at === undefined ? counted(readAction(action, timestampField, index)) : copied(action, index) };
    }),
    // An entry without actions counts toward no limit, but would be processed like any call.
    pending: Array.from(pending, (entry: unknown) => {
      const list = isPlainRecord(entry) ? entry['actions'] : undefined;
      if (!Array.isArray(list) || list.length > MAX_ACTIONS_PER_CALL) throw invalidImport('with a bad pending entry');
      return Array.from(list, copied);
    }).filter(({ length }) => length > 0),
    cursors: data['cursors'] === undefined ? undefined : recordAt('cursors', CURSORS_LIMITS),
    // Last, after all of them were counted.
    actions,
  };
}

/** The analysis of a metric without any other fields; undefined if it has another form. */
function metricAnalysisIn(value: unknown): MetricAnalysis | undefined {
  if (!isPlainRecord(value)) return undefined;
  const { goal, current, gap, baseline, trend, progressRatio } = value;
  const areNumbers = [goal, current, gap].every(isNumber) && [baseline, progressRatio].every((ratio) => ratio === null || isNumber(ratio));
  if (!areNumbers || !TRENDS.includes(trend)) return undefined;
  return { goal, current, gap, baseline, trend, progressRatio } as MetricAnalysis;
}

const isNumber = (value: unknown): boolean => typeof value === 'number';

const malformed = (part: string): NudgeloopError => invalidImport(`not of the expected form at "${part}"`);

function invalidImport(problem: string): NudgeloopError {
  return new NudgeloopError(
    'message.invalid',
    `The import is invalid: it is ${problem}. Pass what export() returned, parsed from JSON; nothing was changed.`,
    { problem },
  );
}
