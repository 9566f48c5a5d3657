import { lazily } from './lazily.ts';
import type { DurationInput } from './retention.ts';
import * as z from './schema.ts';

/** A loop, database, strategy or field name. */
const name = lazily(() => z.text(1, 100));

/** Schema of a strategy chosen by name. */
export const strategyChoiceSchema = lazily(() =>
  z.looseObject({
    type: name(),
    personality: z.optional(name()),
    oneDirectionLayers: z.optional(z.array(name(), 100)),
  }),
);

/**
 * A strategy by name, with its options: `{ type: 'simple' }`, `{ type: 'personality', personality: 'cautious' }`, or the
 * name of one that the worker's own script registered, with any plain data that it takes. `oneDirectionLayers` are
 * metrics that may only grow.
 */
export type StrategyChoice = z.Checked<ReturnType<typeof strategyChoiceSchema>>;

/** Schema of a loop's settings. */
export const loopSettingsSchema = lazily(() =>
  z.object({
    strategy: z.optional(strategyChoiceSchema()),
    retentionLimit: z.optional(z.whole(0)),
    // Checked where it is converted to milliseconds, which gives a precise message.
    retentionWindow: z.optional(z.unknown<DurationInput>()),
    timestampField: z.optional(name()),
    pollInterval: z.optional(z.positive()),
    outboxLimit: z.optional(z.whole(1)),
    pendingLimit: z.optional(z.whole(1)),
    deadLetterLimit: z.optional(z.whole(1)),
    maxAttempts: z.optional(z.whole(1)),
    storageLimit: z.optional(z.whole(1)),
  }),
);

/**
 * How one loop works. The page sends it and the worker stores it, so a wake-up without a page uses the same. Each field
 * is the option of that name, in the units that `LoopTuning` tells.
 */
export type LoopSettings = z.Checked<ReturnType<typeof loopSettingsSchema>>;

/** Schema of a loop's name. */
export const loopNameSchema = name;
