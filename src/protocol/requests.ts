import * as z from 'zod/mini';
import { MAX_EPOCH } from '../model/epoch.ts';
import { loopNameSchema, loopSettingsSchema } from '../model/settings.ts';

const loop = loopNameSchema;
const seq = z.number().check(z.int(), z.nonnegative());
const clientId = z.string().check(z.minLength(8), z.maxLength(64));
const epoch = z.optional(z.string().check(z.maxLength(MAX_EPOCH)));
/** Names a call that must happen once, however often it is sent. */
const call = { call: z.optional(z.object({ client: clientId, seq, oldest: z.optional(seq) })) };

/**
 * What each method takes, as it is checked in the worker. Actions, goals and imports are `unknown` here: they are
 * walked with a budget before any schema touches them.
 */
export const requestSchemas = {
  hello: z.object({
    protocol: z.object({ min: z.number(), max: z.number() }),
    loop,
    settings: loopSettingsSchema,
    epoch,
  }),
  record: z.object({ loop, client: clientId, seq, oldest: z.optional(seq), actions: z.unknown(), epoch }),
  setGoalState: z.object({ loop, goalState: z.unknown(), ...call }),
  suggestActions: z.object({ loop, history: z.unknown(), actions: z.unknown() }),
  history: z.object({
    loop,
    limit: z.optional(z.number().check(z.int(), z.positive(), z.maximum(10_000))),
    before: z.optional(seq),
    from: z.optional(z.number()),
    to: z.optional(z.number()),
  }),
  nudges: z.object({ loop, after: z.number(), limit: z.optional(z.number().check(z.int(), z.positive(), z.maximum(1_000))) }),
  acknowledge: z.object({
    loop,
    nudges: z.array(z.object({ seq, id: z.string().check(z.maxLength(100)) })).check(z.maxLength(500)),
  }),
  inspect: z.object({ loop }),
  resetHistory: z.object({ loop, ...call }),
  exportLoop: z.object({ loop }),
  importLoop: z.object({ loop, data: z.unknown(), ...call }),
  retryDeadLetters: z.object({ loop, seqs: z.array(seq).check(z.maxLength(1_000)) }),
  discardDeadLetters: z.object({ loop, seqs: z.array(seq).check(z.maxLength(1_000)) }),
  erase: z.object({ loop: z.nullable(loop) }),
  poke: z.object({ loop }),
} as const;

/**
 * Methods that carry lists or records of the app. Those are walked with a budget each where they are read; the requests
 * of all other methods are small, and walked as a whole.
 */
export const BULKY_METHODS: ReadonlySet<string> = new Set<WorkerMethod>(['record', 'setGoalState', 'suggestActions', 'importLoop']);

/** The name of a method that a page may call. */
export type WorkerMethod = keyof typeof requestSchemas;

/** What a page sends with a call. */
export type WorkerRequest<Method extends WorkerMethod> = z.infer<(typeof requestSchemas)[Method]>;
