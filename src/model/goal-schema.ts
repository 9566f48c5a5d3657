import * as z from 'zod/mini';

/** Schema of a goal state at rest. */
export const goalStateSchema = z.record(z.string(), z.json());

/**
 * The state to reach, metric by metric: `{ steps: 10_000, activeMinutes: 30 }`. Only finite numbers are steered toward;
 * other fields are carried along with every nudge.
 */
export type GoalState = z.infer<typeof goalStateSchema>;
