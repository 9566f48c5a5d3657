import type { EngineName } from '../../test/faults/engines/engine.ts';
import type { BenchSession, Site } from './bench-session.ts';

/** One measured number beside what it is measured against. */
export interface Result {
  /** In kebab-case; on other backends than the first with a suffix, such as `@sqlite`. */
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
  /** In kebab-case. */
  readonly name: string;
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
  /**
   * A page on an origin whose loop has a long history. It is made once in a session, and later figures find what
   * earlier ones added: making it takes longer than measuring.
   */
  openLong(): Promise<Site & { readonly count: number }>;
  /** Tells whoever waits what is done now. */
  say(line: string): void;
}

/**
 * Where a figure is taken: on each backend if it depends on the storage, in each browser if it depends on the engine
 * only, or once.
 */
export type TakenOn = 'each backend' | 'each engine' | 'one backend';

/** One figure of the benchmark. */
export interface Figure {
  readonly name: string;
  /** The names of all results that it gives. */
  readonly gives: readonly string[];
  /** Whether a quick run takes it. */
  readonly isQuick: boolean;
  readonly takenOn: TakenOn;
  /** Engines that it can't be taken in, and why. */
  readonly notIn?: Partial<Readonly<Record<EngineName, string>>>;
  measure(bench: Bench): Promise<Measured>;
}
