import type { BackendName } from './backends.ts';
import type { Conditions } from './conditions.ts';
import type { BarChart, Result } from './figure.ts';

/** Where a run was made. */
export interface Machine {
  readonly date: string;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memory: string; readonly system: string };
  readonly browser: string;
  readonly versions: Readonly<Record<string, string>>;
}

/** A figure's chart, and where it was taken. */
export interface TakenChart extends BarChart {
  readonly backend: BackendName;
}

/** A figure, a result or a backend that is missing, and why. */
export interface Missing {
  readonly name: string;
  readonly why: string;
}

/** What a run did not take. */
export interface LeftOut extends Missing {
  /** Whether it could not be otherwise: nobody asked for it, or it can't be taken there. */
  readonly isExpected: boolean;
}

/** What came of the figures. */
export interface Taken {
  readonly results: readonly Result[];
  readonly charts: readonly TakenChart[];
  /** Figures that could not be measured. */
  readonly failed: readonly Missing[];
  /** The backends that were asked for, and what was found on disk. */
  readonly backends: readonly { readonly asked: BackendName; readonly found: string }[];
  /** Results that this run did not take. */
  readonly leftOut: readonly LeftOut[];
}

/** A whole run. */
export interface Report extends Taken, Machine {
  readonly conditions: Conditions;
  readonly quick: boolean;
  /** Whether every figure was asked for on every backend; with nothing missing it becomes `docs/performance.md`. */
  readonly isFull: boolean;
}
