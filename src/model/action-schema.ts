import * as z from 'zod/mini';
import type { JsonValue } from './plain-data.ts';

/** Schema of an action at rest: a record of JSON values whose timestamp, if any, is a string or a number. */
export const actionSchema = z.record(z.string(), z.json() as z.ZodMiniType<JsonValue>);

/** An action of a loop without shapes. */
export type AnyAction = z.infer<typeof actionSchema>;
