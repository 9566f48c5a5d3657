import type { GoalState, NudgeloopClient } from 'nudgeloop';
import { element, find, findText, setText } from '../dom.ts';
import { GOAL_METRICS } from '../metrics.ts';
import { attempt } from '../problem.ts';
import type { LoopView } from '../session.ts';

/** The form for the goal. */
export interface GoalForm {
  show(view: LoopView): void;
  /** Sets the form's goal if the loop has none: without one, playing would bring no nudge. */
  ensureGoal(): Promise<void>;
}

/** Makes the form. */
export function createGoalForm(client: () => NudgeloopClient): GoalForm {
  const status = findText('goal-status');
  const problem = findText('goal-problem');
  const inputs = GOAL_METRICS.map(({ name, label, startGoal }) => {
    const input = element('input', { inputmode: 'decimal', autocomplete: 'off', 'data-testid': `goal-${name}`, value: String(startGoal) });
    findText('goal-fields').append(element('label', {}, label, ' ', input));
    return { name, input };
  });
  /** The goal that the fields show; a goal set elsewhere replaces them, a mere new reading must not undo typing. */
  let shown: string | undefined;

  const read = (): GoalState => {
    // What is no number is handed over as it was typed: numbers as text are goals too, and the SDK is to judge.
    const filled = inputs.filter(({ input }) => input.value.trim() !== '');
    return Object.fromEntries(filled.map(({ name, input }) => [name, numberOr(input.value.trim())]));
  };

  find('goal-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    void attempt(problem, async () => {
      const { changed } = await client().setGoalState(read());
      setText(status, changed ? 'The goal is set. The latest action is judged anew.' : 'The same goal as before: nothing to do.');
    });
  });

  return {
    show({ inspection }) {
      const { goalState, loop } = inspection.loop;
      const now = JSON.stringify([loop, goalState]);
      if (now === shown) return;
      shown = now;
      for (const [index, { name, startGoal }] of GOAL_METRICS.entries()) {
        const goal = goalState === null ? startGoal : goalState[name];
        const input = inputs[index]?.input;
        if (input !== undefined) input.value = typeof goal === 'number' || typeof goal === 'string' ? String(goal) : '';
      }
      if (goalState === null) setText(status, 'No goal is set yet. Play sets this one.');
      else if (status.textContent === '' || status.textContent?.startsWith('No goal')) setText(status, 'This goal is set.');
    },
    async ensureGoal() {
      const { goalState } = (await client().inspect()).loop;
      if (goalState === null) await client().setGoalState(read());
    },
  };
}

function numberOr(text: string): number | string {
  const number = Number(text);
  return Number.isNaN(number) ? text : number;
}
