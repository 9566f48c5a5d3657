import type { Engine, LaunchSettings } from '../engines/engine.ts';
import type { Checker } from './checkers.ts';
import type { Session } from './session.ts';

export type { RowResult } from './report.ts';

/** One fault: how it is injected, and by which checkers its history is judged. */
export interface Row {
  /** Its number, from 1 to 36: what README.md promises by. */
  readonly row: number;
  /** The fault, in a few words. */
  readonly fault: string;
  /** What a user is promised when it happens. */
  readonly promise: string;
  /** By which checkers its history is judged; C7 (everything settles) always is. */
  readonly judge: readonly Checker['name'][];
  /**
   * Says why a row can't run: on this engine, as this user, without that tool. Undefined when it can.
   */
  readonly notRun?: (engine: Engine) => string | undefined | Promise<string | undefined>;
  /** Part of the short, deterministic run in `npm test`. @default false */
  readonly quick?: boolean;
  /** Whether pages and workers get processes of their own, as `killWorkers` needs it in Chromium. @default false */
  readonly isolated?: boolean;
  /** What the browser is started with. */
  readonly launch?: LaunchSettings;
  /** Milliseconds after which the row counts as failed. @default 180000 */
  readonly limit?: number;
  /** Injects the fault into a fresh session, and leaves it healed: the final state is read after this returns. */
  readonly run: (session: Session) => Promise<void>;
}
