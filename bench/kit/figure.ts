import type { BenchSession, Site } from './bench-session.ts';

/** One measured number beside what it is measured against. */
export interface Result {
  /** In kebab-case; on the second backend with the suffix `@sqlite`. */
  readonly name: string;
  /** The median over rounds of ours by the other's, each pair from one round. */
  readonly ratio: number;
  readonly goal: number;
  readonly higherIsBetter: boolean;
  /** Quartiles of the ratio over rounds. */
  readonly p25: number;
  readonly p75: number;
  /** What it is measured against, in `unit`. */
  readonly floor: number;
  /** Nudgeloop's own median, in `unit`. */
  readonly value: number;
  readonly unit: string;
  /** What `floor` is, in words. */
  readonly against: string;
  /** What a reader must know beside. */
  readonly note?: string;
}

/** Absolute numbers of everybody in one figure, for the eye. */
export interface BarChart {
  readonly title: string;
  readonly unit: string;
  readonly higherIsBetter: boolean;
  readonly bars: readonly { readonly label: string; readonly value: number; readonly isOurs: boolean }[];
}

/** What a figure gives. */
export interface Measured {
  readonly results: readonly Result[];
  readonly charts?: readonly BarChart[];
}

/** What a figure works with. */
export interface Bench {
  readonly quick: boolean;
  /** The first in a full run, the second in a quick one. */
  amount(full: number, quick: number): number;
  /** The browser that the figures of one backend share. */
  readonly session: BenchSession;
  /** A page on an origin of its own: nothing is stored there yet, and what others store costs nothing. */
  open(): Promise<Site>;
  /** A browser of its own on a fresh profile, closed when the figure ends. */
  ownSession(): Promise<BenchSession>;
}

/** One figure of the benchmark. */
export interface Figure {
  readonly name: string;
  /** The names of all results that it gives. */
  readonly gives: readonly string[];
  /** Whether a quick run takes it. */
  readonly isQuick: boolean;
  /** Whether it depends on the browser's storage, so that it is taken on each backend. */
  readonly isOfStorage: boolean;
  measure(bench: Bench): Promise<Measured>;
}
