import type { Figure } from '../kit/figure.ts';
import { figure as coldWorker } from './cold-worker.ts';
import { figure as costAt1m } from './cost-at-1m.ts';
import { figure as costWithFullOutbox } from './cost-with-full-outbox.ts';
import { figure as memoryAt1m } from './memory-at-1m.ts';
import { figure as nudgeInAnotherTab } from './nudge-in-another-tab.ts';
import { figure as openAt1m } from './open-at-1m.ts';
import { figure as recordArrays } from './record-arrays-of-100.ts';
import { figure as recordAwaited } from './record-awaited.ts';
import { figure as recordThroughput } from './record-throughput-64.ts';
import { figure as recordToNudge } from './record-to-nudge.ts';
import { figure as retention } from './retention-10k-of-1m.ts';
import { figure as sizes } from './sizes.ts';
import { figure as validateAction } from './validate-action.ts';
import { figure as wakeWithNothingNew } from './wake-with-nothing-new.ts';

/** All figures, in the order in which they are taken: retention last, since it shortens the history that others find. */
export const allFigures: readonly Figure[] = [
  recordAwaited,
  recordToNudge,
  nudgeInAnotherTab,
  recordThroughput,
  recordArrays,
  coldWorker,
  sizes,
  validateAction,
  wakeWithNothingNew,
  costAt1m,
  costWithFullOutbox,
  openAt1m,
  memoryAt1m,
  retention,
];
