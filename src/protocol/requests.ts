import { MAX_EPOCH } from '../model/epoch.ts';
import { lazily } from '../model/lazily.ts';
import * as z from '../model/schema.ts';
import { loopNameSchema as loop, loopSettingsSchema } from '../model/settings.ts';

const seq = lazily(() => z.whole(0));
const client = lazily(() => z.text(1, 64));
const epoch = lazily(() => z.optional(z.text(0, MAX_EPOCH)));
/**
 * Names a call that must take effect once, however often it is sent, and the lives of the loop and of the database that
 * it is meant for. An older page names no lives.
 */
const id = lazily(() => ({ client: client(), seq: seq(), oldest: z.optional(seq()), incarnation: epoch(), epoch: epoch() }));
const call = lazily(() => z.optional(z.object(id())));

/** Which entries of a journal to read. */
const range = lazily(() => ({
  limit: z.optional(z.whole(1, 10_000)),
  before: z.optional(seq()),
  from: z.optional(z.number()),
  to: z.optional(z.number()),
}));

/**
 * Dead letters by their places and the times at which they became one: after an erasure another letter may have the
 * place.
 */
const letters = lazily(() =>
  z.object({
    loop: loop(),
    seqs: z.array(seq(), 1_000),
    ats: z.optional(z.array(z.number(), 1_000)),
    call: call(),
  }),
);

/**
 * What each method takes, as the worker checks it. Actions, goals and imports are `unknown` here: they are walked with
 * a budget before any schema touches them.
 */
export const requestSchemas = {
  hello: lazily(() =>
    z.object({
      protocol: z.object({ min: z.number(), max: z.number() }),
      loop: loop(),
      settings: loopSettingsSchema(),
    }),
  ),
  record: lazily(() =>
    z.object({ loop: loop(), ...id(), actions: z.unknown() }),
  ),
  setGoalState: lazily(() => z.object({ loop: loop(), goalState: z.unknown(), call: call() })),
  suggestActions: lazily(() => z.object({ loop: loop(), history: z.unknown(), actions: z.unknown() })),
  history: lazily(() => z.object({ loop: loop(), ...range() })),
  nudges: lazily(() => z.object({ loop: loop(), after: z.number(), limit: z.optional(z.whole(1, 1_000)) })),
  acknowledge: lazily(() =>
    z.object({
      loop: loop(),
      nudges: z.array(z.object({ seq: seq(), id: z.text(0, 100) }), 500),
      call: call(),
    }),
  ),
  inspect: lazily(() => z.object({ loop: loop(), deadLetters: z.optional(z.object(range())) })),
  resetHistory: lazily(() => z.object({ loop: loop(), call: call() })),
  exportLoop: lazily(() => z.object({ loop: loop() })),
  importLoop: lazily(() => z.object({ loop: loop(), data: z.unknown(), call: call() })),
  retryDeadLetters: letters,
  discardDeadLetters: letters,
  erase: lazily(() => z.object({ loop: z.nullable(loop()) })),
  // An older worker ignores `onlyPending`, and asks its sources too.
  poke: lazily(() => z.object({ loop: loop(), onlyPending: z.optional(z.boolean()) })),
} as const;

/**
 * Methods that carry lists or records of the app. These are walked with a budget each where they are read. The requests
 * of all other methods are small, and are walked as a whole.
 */
export const BULKY_METHODS: ReadonlySet<string> = new Set<WorkerMethod>(['record', 'setGoalState', 'suggestActions', 'importLoop']);

/** The name of a method that a page may call. */
export type WorkerMethod = keyof typeof requestSchemas;

/** What a page sends with a call. */
export type WorkerRequest<Method extends WorkerMethod> = z.Checked<ReturnType<(typeof requestSchemas)[Method]>>;
