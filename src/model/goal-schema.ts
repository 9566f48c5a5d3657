import * as z from 'zod/mini';

/** Schema of a goal state at rest. */
export const goalStateSchema = z.record(z.string(), z.json());

/** A goal of a loop without shapes. */
export type AnyGoalState = z.infer<typeof goalStateSchema>;
