import * as z from 'zod/mini';
import { lazily } from './lazily.ts';

/** Schema of a length of time: milliseconds, or fields of a Temporal duration. */
export const durationSchema = lazily(() =>
  z.union([
    z.number(),
    z.strictObject({
      weeks: z.optional(z.number()),
      days: z.optional(z.number()),
      hours: z.optional(z.number()),
      minutes: z.optional(z.number()),
      seconds: z.optional(z.number()),
      milliseconds: z.optional(z.number()),
    }),
  ]),
);

/**
 * A length of time: milliseconds, or the fields of a Temporal duration such as `{ days: 30 }`. Years and months are
 * not taken, since their length depends on where they begin.
 */
export type DurationInput = z.infer<ReturnType<typeof durationSchema>>;
