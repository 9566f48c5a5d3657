import * as z from 'zod/mini';
import type { JsonValue } from './plain-data.ts';

/** Schema of a goal state at rest. */
export const goalStateSchema = z.record(z.string(), z.json() as z.ZodMiniType<JsonValue>);

/** A goal of a loop without shapes. */
export type AnyGoalState = z.infer<typeof goalStateSchema>;
