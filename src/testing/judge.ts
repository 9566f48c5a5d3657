import { createSimulatedClock, type Clock } from '../clock.ts';
import { hasGoal } from '../loop/state/loop-state.ts';
import { judgeNow, judgeSafely, lookbackOf, withAnalysis, type Case, type Judgement } from '../loop/strategies/judge.ts';
import { baselinesOf, initialLoopState } from '../loop/state/loop-state.ts';
import { noteMetrics } from '../loop/state/metrics.ts';
import { checkedStrategy, type GoalFeedbackStrategy } from '../loop/strategies/strategy.ts';
import type { Action, ActionInput } from '../model/action.ts';
import { checkOptions, ELSEWHERE, type OptionRules } from '../model/check-options.ts';
import { parseActions, readAction } from '../model/parse-actions.ts';
import { parseGoalState, type GoalInput } from '../model/goal.ts';
import { isFieldName } from '../model/plain-data.ts';
import type { AnyShapes, LoopShapes } from '../model/shapes.ts';
import { DEFAULT_START } from './default-start.ts';
import { settle } from './settle.ts';

/** What a strategy is to judge. */
export interface JudgedCase<Shapes extends LoopShapes = AnyShapes> {
  /** The retained actions, oldest first. @default [] */
  readonly history?: readonly ActionInput<Shapes>[] | undefined;
  /** One or several new actions. */
  readonly actions: ActionInput<Shapes> | readonly ActionInput<Shapes>[];
  /** What to steer toward. */
  readonly goalState: GoalInput<Shapes>;
  /** Now, in epoch milliseconds. @default the time of the clock in the options; without one, when a test loop starts: 6 January 2025 */
  readonly now?: number | undefined;
}

/** Options of `judge`. */
export interface JudgeOptions {
  /** Milliseconds that an untrusted strategy may take. @default 5000 */
  readonly deadline?: number | undefined;
  /** The field that holds an action's time. @default 'timestamp' */
  readonly timestampField?: string | undefined;
  /**
   * Measures the deadline. Pass a simulated clock to move it yourself, or `systemClock` from `nudgeloop/core` if the strategy
   * waits for real things, such as a `fetch`.
   *
   * @default a simulated clock that jumps to the deadline if the strategy needs time to answer
   */
  readonly clock?: Clock | undefined;
}

const CASE_RULES: OptionRules<JudgedCase> = {
  history: ELSEWHERE,
  actions: ELSEWHERE,
  goalState: ELSEWHERE,
  now: [(value) => typeof value === 'number' && Math.abs(value) <= 8.64e15, 'epoch milliseconds'],
};

const RULES: OptionRules<JudgeOptions> = {
  deadline: [(value) => Number.isFinite(value) && (value as number) > 0, 'a number of milliseconds above 0'],
  timestampField: [isFieldName, 'the name of a field'],
  clock: [(value) => typeof (value as Clock | null)?.schedule === 'function', 'a Clock, { now, schedule }'],
};

/**
 * Asks a strategy for suggestions, on its own but with the loop's own code. The strategy gets what it would get in a worker:
 * actions with a timestamp, as much history as its `lookback` asks for, and the baselines of the whole history. If it is not
 * trusted, its answer is checked as in a worker.
 *
 * @param strategy the strategy under test
 * @param given what it is to judge
 * @param options deadline, timestamp field and clock
 * @returns the suggestions that a nudge would have, and the analysis. Without a goal, no strategy is asked; without
 * suggestions, there is no nudge.
 * @throws NudgeloopError `action.invalid`, `goal.invalid`, `options.invalid`, `strategy.failed` or `strategy.timeout`
 *
 * @example
 * ```ts
 * import type { GoalFeedbackStrategy } from 'nudgeloop/core';
 * import { judge } from 'nudgeloop/testing';
 *
 * const gentle: GoalFeedbackStrategy = {
 *   suggestActions: (_history, actions) => actions.map(({ steps }) => ({ steps: Number(steps) + 250 })),
 * };
 *
 * const { suggestions, analysis } = await judge(gentle, {
 *   history: [{ steps: 4_000 }, { steps: 4_200 }],
 *   actions: { steps: 4_500 },
 *   goalState: { steps: 10_000 },
 * });
 * console.log(suggestions[0]?.steps, analysis.steps?.trend); // prints 4750 toward_goal
 * ```
 */
export async function judge<Shapes extends LoopShapes = AnyShapes>(
  strategy: GoalFeedbackStrategy<Shapes>,
  given: JudgedCase<Shapes>,
  options: JudgeOptions = {},
): Promise<Judgement<Shapes>> {
  checkedStrategy(strategy);
  const { deadline = 5_000, timestampField = 'timestamp', clock: own } = checkOptions(options, RULES);
  const { now = own?.now() ?? DEFAULT_START } = checkOptions(given, CASE_RULES);
  const simulated = own === undefined ? createSimulatedClock(now) : undefined;
  const clock = simulated ?? own!;
  const wanted = readGiven(strategy, given, now, timestampField);
  if (wanted === undefined) return { suggestions: [], analysis: {} };
  if (strategy.trusted === true) return delivered(judgeNow(strategy, wanted));
  // Nothing is awaited before this, so a test may advance its clock right after the call.
  const judged = judgeSafely(strategy, wanted, clock, deadline).then(delivered);
  if (simulated === undefined) return judged;
  let isSettled = false;
  const settled = (): void => void (isSettled = true);
  judged.then(settled, settled);
  await settle();
  if (!isSettled) simulated.advance(deadline);
  return judged;
}

/** Reads a case as the loop reads it from storage. Undefined without a goal: then the loop asks no strategy. */
function readGiven(strategy: GoalFeedbackStrategy, given: JudgedCase, now: number, timestampField: string): Case | undefined {
  const stamp = (action: Action): Action => (action[timestampField] === undefined ? { ...action, [timestampField]: new Date(now).toISOString() } : action);
  // One by one: unlike a call's, their number has no limit.
  const history = [given.history ?? []].flat().map((action, index) => stamp(readAction(action, timestampField, index).action));
  const actions = parseActions(given.actions, timestampField).map(stamp);
  const state = { ...initialLoopState(), goalState: parseGoalState(given.goalState) };
  noteMetrics(state, history.map((value, seq) => ({ seq, at: now, value })));
  if (!hasGoal(state)) return undefined;
  const visible = history.slice(-lookbackOf(strategy));
  return { history: visible, actions, goalState: state.goalState, baselines: baselinesOf(state, timestampField), now };
}

/** In the form in which an app gets it in a nudge. */
function delivered(judgement: Judgement): Judgement {
  return { ...judgement, suggestions: withAnalysis(judgement) };
}
