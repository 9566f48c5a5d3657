import type { GoalFeedbackStrategy } from 'nudgeloop/core';

/**
 * A strategy that wants to see a hundred actions, as one without a `lookback` does; the built-in ones want to see one. Trusted, so that
 * it runs before the receipt, in the transaction that is measured.
 */
export const looksBack: GoalFeedbackStrategy = {
  lookback: 100,
  trusted: true,
  suggestActions(history, actions) {
    const sum = history.reduce((steps, action) => steps + Number(action['steps']), 0);
    return actions.map((action) => ({ ...action, steps: Math.round(sum / Math.max(1, history.length)) }));
  },
};
