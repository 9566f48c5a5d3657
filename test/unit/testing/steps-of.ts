import type { GoalFeedbackStrategy } from 'nudgeloop/core';
import type { LoopClient } from 'nudgeloop/testing';

export const goalState = { steps: 10_000 };

/** The steps of each action in the history, in its order. */
export const stepsOf = async (client: LoopClient) => (await client.history()).map(({ action }) => action['steps']);

/** A strategy that always suggests so many steps. */
export const fixed = (steps: number): GoalFeedbackStrategy => ({ suggestActions: (_history, actions) => actions.map((action) => ({ ...action, steps })) });
