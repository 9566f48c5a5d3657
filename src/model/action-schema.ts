import * as z from 'zod/mini';
import { jsonSchema } from './json-schema.ts';

/** Schema of an action at rest: a record of JSON values whose timestamp, if any, is a string or a number. */
export const actionSchema = z.record(z.string(), jsonSchema);

/** An action of a loop without shapes. */
export type AnyAction = z.infer<typeof actionSchema>;
