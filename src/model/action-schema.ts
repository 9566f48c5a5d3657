import * as z from 'zod/mini';

/** Schema of an action at rest: a record of JSON values whose timestamp, if any, is a string or a number. */
export const actionSchema = z.record(z.string(), z.json());

/**
 * What a user did, as a record of metrics and context: `{ steps: 4200, mood: 'fine' }`. Numbers, and strings that are
 * numbers, are metrics; everything else is context and carried along. A `timestamp` (ISO 8601 string or epoch
 * milliseconds; a `Date` when recorded) is attached when absent.
 */
export type Action = z.infer<typeof actionSchema>;
