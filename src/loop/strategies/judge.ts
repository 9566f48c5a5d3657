import { withDeadline, type Clock } from '../../clock.ts';
import { isNudgeloopError, nameOf, NudgeloopError } from '../../errors.ts';
import { GROWN_LIMITS, MAX_ACTIONS_PER_CALL, MAX_SIZE_PER_CALL, type Action } from '../../model/action.ts';
import type { GoalState } from '../../model/goal.ts';
import type { Analysis, Suggestion } from '../../model/nudge.ts';
import type { AnyShapes, LoopShapes } from '../../model/shapes.ts';
import { copyOf } from '../../model/copy-of.ts';
import { copyPlainRecord, isList } from '../../model/plain-data.ts';
import { analyse } from './analysis.ts';
import { DEFAULT_LOOKBACK, type GoalFeedbackStrategy } from './strategy.ts';

/** What to judge. */
export interface Case {
  /** The newest retained actions, oldest first: the strategy's lookback, and two for the trend. */
  readonly history: readonly Action[];
  readonly actions: readonly Action[];
  readonly goalState: GoalState;
  readonly baselines: Readonly<Record<string, number>>;
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * The result of judging. It has the analysis once, not in each suggestion: a call may have thousands of suggestions.
 */
export interface Judgement<Shapes extends LoopShapes = AnyShapes> {
  readonly suggestions: readonly Suggestion<Shapes>[];
  readonly analysis: Analysis<Shapes>;
}

/** How much history a judgement reads: the strategy's lookback, but at least the two entries that a trend compares. */
export function lookbackOf({ lookback = DEFAULT_LOOKBACK }: GoalFeedbackStrategy): number {
  return Math.max(2, lookback);
}

/**
 * Judges with a trusted strategy, synchronously.
 *
 * @throws NudgeloopError `strategy.failed` if the strategy throws, or returns no list
 */
export function judgeNow(strategy: GoalFeedbackStrategy, given: Case): Judgement {
  const analysis = analyse(given.history, given.baselines, given.goalState);
  try {
    const suggestions = strategy.suggestActions(...questionOf(strategy, given, analysis)) as readonly Suggestion[];
    // A copy. This throws if the strategy returned no list.
    return { suggestions: [...suggestions], analysis };
  } catch (error) {
    throw thrown(error);
  }
}

/**
 * Judges with an untrusted strategy: it gets copies and a deadline, and its answer is checked.
 *
 * @param deadline milliseconds
 * @throws NudgeloopError `strategy.failed` or `strategy.timeout`
 */
export async function judgeSafely(
  strategy: GoalFeedbackStrategy,
  given: Case,
  clock: Clock,
  deadline: number,
): Promise<Judgement> {
  const analysis = analyse(given.history, given.baselines, given.goalState);
  const question = copyOf(questionOf(strategy, given, analysis));
  const work = new Promise<unknown>((resolve) => resolve(strategy.suggestActions(...question)));
  let answer: unknown;
  try {
    answer = await withDeadline(clock, deadline, work, () => {
      return new NudgeloopError('strategy.timeout', `The strategy did not settle within ${deadline} ms.`, { deadline });
    });
  } catch (error) {
    if (isNudgeloopError(error, 'strategy.timeout')) throw error;
    throw thrown(error);
  }
  if (!isList(answer)) throw strategyFailed('returned no list');
  if (answer.length > MAX_ACTIONS_PER_CALL) throw strategyFailed(`returned ${answer.length} items`);
  let size = 0;
  // Array.from, since map() skips the holes of a list.
  const suggestions = Array.from(answer, (item: unknown, index): Suggestion => {
    const checked = copyPlainRecord(item, GROWN_LIMITS);
    // Name the place in the text only: a field's name may be what a user wrote, and details go into logs and dead
    // letters.
    if ('problem' in checked) {
      const { path, problem } = checked.problem;
      throw strategyFailed(`returned item ${index}, which is refused: ${problem}`, undefined, path && `, at "${path}"`);
    }
    size += checked.size;
    if (size > MAX_SIZE_PER_CALL) throw strategyFailed('returned more than one call may carry');
    return checked.data;
  });
  return { suggestions, analysis };
}

/**
 * Suggestions as an app gets them: each has the same analysis object, not a copy. If the history was empty there is
 * none, and the field is absent.
 */
export function withAnalysis({ suggestions, analysis }: Judgement): Suggestion[] {
  if (Object.keys(analysis).length === 0) return [...suggestions];
  return suggestions.map((suggestion) => ({ ...suggestion, goalFeedback: { ...suggestion.goalFeedback, analysis } }));
}

/** What a strategy is asked. Of the history it sees its lookback, though a trend needs more. */
function questionOf(strategy: GoalFeedbackStrategy, given: Case, analysis: Analysis): Parameters<GoalFeedbackStrategy['suggestActions']> {
  const { now, baselines, history, actions, goalState } = given;
  const { lookback = history.length } = strategy;
  const seen = lookback >= history.length ? history : history.slice(history.length - Math.max(0, lookback));
  return [seen, actions, goalState, { now, analysis, baselines }];
}

function thrown(error: unknown): NudgeloopError {
  return strategyFailed(error instanceof Error ? `threw ${nameOf(error)}` : 'rejected', error);
}

function strategyFailed(problem: string, cause?: unknown, where = ''): NudgeloopError {
  return new NudgeloopError(
    'strategy.failed',
    `The strategy ${problem}${where}. Return one record per action, or a promise of them.`,
    { problem },
    { cause },
  );
}
