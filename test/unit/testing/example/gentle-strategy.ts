import type { GoalFeedbackStrategy } from 'nudgeloop/core';

/** Asks for 250 steps more each time, never for more than the goal, and for nothing after a sick day. */
export const gentle: GoalFeedbackStrategy = {
  lookback: 1,
  suggestActions: (history, actions, goal) =>
    history.at(-1)?.['isSick'] === true
      ? []
      : actions.map((action) => ({ ...action, steps: Math.min(Number(goal['steps']), Number(action['steps']) + 250) })),
};
