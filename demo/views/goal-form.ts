import type { GoalState, NudgeloopClient } from 'nudgeloop';
import type { LoopView } from '../loop/session.ts';
import { GOAL_METRICS, numericGoals } from '../metrics.ts';
import { element, find, findText, setText } from '../ui/dom.ts';
import { createMetricFields } from '../ui/metric-fields.ts';
import { attempt, clearProblem } from '../ui/problem.ts';

export interface GoalForm {
  show(view: Pick<LoopView, 'inspection'>): void;
  /** Clears the previous loop's goal. Until another one is read, no goal can be set. */
  clear(): void;
  /** Sets the form's goal if the loop has none: without a goal, playing would bring no nudge. */
  ensureGoal(): Promise<void>;
}

const START = Object.fromEntries(GOAL_METRICS.map(({ name, startGoal }) => [name, startGoal]));
const NONE_YET = 'No goal is set yet. Play sets this one.';
const NONE = 'No goal is set, so there are no new nudges.';
const SET = 'This goal is set.';

export function createGoalForm(client: () => NudgeloopClient): GoalForm {
  const status = findText('goal-status');
  const problem = findText('goal-problem');
  const others = find('goal-others', HTMLParagraphElement);
  const fields = createMetricFields('goal', GOAL_METRICS);
  const button = find('set-goal', HTMLButtonElement);
  /**
   * The goal that the fields show. A goal that was set elsewhere replaces them; a new reading alone must not undo
   * typing.
   */
  let shown: string | undefined;

  find('goal-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    setText(status, '');
    void attempt(problem, async () => {
      const typed = fields.read();
      // One client for all calls: another person may be chosen in the meantime.
      const loop = client();
      const { goalState, history } = (await loop.inspect()).loop;
      const goal = { ...withoutField(goalState), ...typed };
      const { changed } = await loop.setGoalState(goal);
      setText(status, outcomeOf(changed, numericGoals(goal).length > 0, history.count > 0));
    });
  });

  const show: GoalForm['show'] = ({ inspection }) => {
    const { goalState, loop } = inspection.loop;
    const now = JSON.stringify([loop, goalState]);
    if (now !== shown) {
      shown = now;
      fields.show(goalState ?? START);
      others.replaceChildren(...othersOf(goalState));
      // It was about the previous values of the fields.
      clearProblem(problem);
    }
    button.disabled = false;
    if (goalState === null) setText(status, NONE_YET);
    else if (['', NONE_YET, NONE, SET].includes(status.textContent ?? '')) setText(status, numericGoals(goalState).length > 0 ? SET : NONE);
  };

  return {
    show,
    clear() {
      shown = undefined;
      fields.show({});
      // This also keeps the Enter key from setting an empty goal.
      button.disabled = true;
    },
    async ensureGoal() {
      const loop = client();
      const inspection = await loop.inspect();
      // The fields may still be empty.
      show({ inspection });
      if (inspection.loop.goalState === null) await loop.setGoalState(fields.read());
    },
  };
}

/** The goals that the form has no field for: an import or the console has set them. */
function withoutField(goalState: GoalState | null): GoalState {
  return Object.fromEntries(Object.entries(goalState ?? {}).filter(([name]) => !GOAL_METRICS.some((metric) => metric.name === name)));
}

/** Each name stands for itself: a mark in it that turns what follows around must not touch the next one. */
function othersOf(goalState: GoalState | null): readonly (Node | string)[] {
  const names = Object.keys(withoutField(goalState)).flatMap((name, index) => [index === 0 ? '' : ', ', element('bdi', {}, name)]);
  return names.length === 0 ? [] : ['The goal also has: ', ...names, '. There are no fields for these. “Set goal” keeps them.'];
}

function outcomeOf(changed: boolean, hasGoal: boolean, hasHistory: boolean): string {
  if (!hasGoal) return NONE;
  if (!changed) return 'This goal was already set, so nothing changed.';
  return hasHistory ? 'The goal is set. The newest action is judged again.' : 'The goal is set. The first action brings a nudge.';
}
