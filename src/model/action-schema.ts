import * as z from 'zod/mini';

/** Schema of an action at rest: a record of JSON values whose timestamp, if any, is a string or a number. */
export const actionSchema = z.record(z.string(), z.json());

/**
 * What a user did, as a record of metrics and context: `{ steps: 4200, mood: 'fine' }`. Numbers, and strings that hold
 * numbers, are metrics; everything else is context and is carried along. A `timestamp` (ISO 8601 string or epoch
 * milliseconds; when recording also a `Date`) is added if there is none.
 */
export type Action = z.infer<typeof actionSchema>;
