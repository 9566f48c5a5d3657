import type { BarChart, Result } from './figure.ts';
import type { Backend } from './options.ts';

/** Where a run was made. */
export interface Machine {
  readonly date: string;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memory: string; readonly system: string };
  readonly browser: string;
  readonly versions: Readonly<Record<string, string>>;
}

/** What came of the figures. */
export interface Taken {
  readonly results: readonly Result[];
  readonly charts: readonly BarChart[];
  /** Figures that could not be measured, and why. */
  readonly failed: readonly { readonly name: string; readonly why: string }[];
  /** The backends that were asked for, and what was found on disk. */
  readonly backends: readonly { readonly asked: Backend; readonly found: string }[];
  /** Results that this run did not take. */
  readonly leftOut: readonly string[];
}

/** A whole run. */
export interface Report extends Taken, Machine {
  readonly quick: boolean;
}
