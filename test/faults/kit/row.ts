import type { Engine, LaunchSettings } from '../engines/engine.ts';
import type { Checker } from './checkers.ts';
import type { Session } from './session.ts';

export type { RowResult } from './report.ts';

/** One fault: how to inject it, and which checkers judge its history. */
export interface Row {
  /** Its number, which README's promises refer to. It never changes; a variant of a fault has that fault's number. */
  readonly row: number;
  /** The fault, in a few words. */
  readonly fault: string;
  /** What is promised to the user when it happens. */
  readonly promise: string;
  /** The checkers that judge its history; C7 (everything settles) always does. */
  readonly judge: readonly Checker['name'][];
  /** Says why a row can't run: on this engine, as this user, without that tool. Undefined if it can. */
  readonly notRun?: (engine: Engine) => string | undefined | Promise<string | undefined>;
  /** Part of the short, deterministic run in CI. @default false */
  readonly quick?: boolean;
  /** Whether pages and workers get separate processes, which `killWorkers` needs in Chromium. @default false */
  readonly isolated?: boolean;
  /** How to start the browser. */
  readonly launch?: LaunchSettings;
  /** Milliseconds after which the row counts as failed. @default 180000 */
  readonly limit?: number;
  /** Injects the fault into a fresh session, and heals it: the final state is read after this returns. */
  readonly run: (session: Session) => Promise<void>;
}
