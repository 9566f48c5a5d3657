import * as z from 'zod/mini';
import { actionSchema } from './action-schema.ts';
import { goalStateSchema } from './goal-schema.ts';
import { analysisSchema } from './analysis-schema.ts';
import { EXPORT_FORMAT, EXPORT_VERSION } from './export-format.ts';
import { jsonSchema } from './json-schema.ts';
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
  // Missing in files of earlier builds. Readers that do not know it skip it, so the version stays the same.
  cursors: z.optional(z.record(z.string(), jsonSchema)),
});

/**
 * One loop as JSON: its goal, its history (oldest first, `at` in epoch milliseconds), its last analysis, its pending
 * actions, and in `cursors`, by name, where each action source continues. Nudges are not included: they belong to the
 * device that showed them. If an action has no usable timestamp of its own, an import uses `at`.
 */
export type LoopExport = z.infer<typeof loopExportSchema>;
