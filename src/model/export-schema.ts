import * as z from 'zod/mini';
import { actionSchema } from './action-schema.ts';
import { goalStateSchema } from './goal-schema.ts';
import { analysisSchema } from './analysis-schema.ts';
import { EXPORT_FORMAT, EXPORT_VERSION } from './export-format.ts';
import { loopNameSchema } from './settings.ts';

/** Schema of an export. */
export const loopExportSchema = z.object({
  format: z.literal(EXPORT_FORMAT),
  version: z.literal(EXPORT_VERSION),
  loop: loopNameSchema(),
  exportedAt: z.number(),
  goalState: z.nullable(goalStateSchema),
  analysis: analysisSchema(),
  history: z.array(z.object({ at: z.number(), action: actionSchema })),
  pending: z.array(z.object({ actions: z.array(actionSchema) })),
});

/**
 * One loop as JSON: its goal, its history (oldest first, `at` in epoch milliseconds), its last analysis, and the
 * actions not yet processed. Nudges are not part of it: they belong to the device that showed them. An import goes by `at` where an
 * action's own timestamp says nothing.
 */
export type LoopExport = z.infer<typeof loopExportSchema>;
