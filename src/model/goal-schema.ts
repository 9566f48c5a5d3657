import * as z from 'zod/mini';
import { jsonSchema } from './json-schema.ts';

/** Schema of a goal state at rest. */
export const goalStateSchema = z.record(z.string(), jsonSchema);

/** A goal of a loop without shapes. */
export type AnyGoalState = z.infer<typeof goalStateSchema>;
