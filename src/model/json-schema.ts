import * as z from 'zod/mini';
import type { JsonValue } from './plain-data.ts';

/** Schema of a JSON value. Of our type, not zod's: where zod is hidden from an app, its declarations could not name that. */
export const jsonSchema: z.ZodMiniType<JsonValue> = z.json();
