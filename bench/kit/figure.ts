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
  /** What each round measured: who doubts a median can look. */
  readonly rounds: { readonly ours: readonly number[]; readonly other: readonly number[] };
  /** What a reader must know beside. */
  readonly note?: string;
}

/** Somebody's absolute number. */
export interface Bar {
  readonly label: string;
  /** The median over rounds, and the quartiles. */
  readonly value: number;
  readonly p25: number;
  readonly p75: number;
  readonly isOurs: boolean;
  readonly rounds: readonly number[];
}

/** Absolute numbers of everybody in one figure, for the eye; `docs/performance.md` has them as a table. */
export interface BarChart {
  /** In kebab-case. */
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly higherIsBetter: boolean;
  readonly bars: readonly Bar[];
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
  /**
   * A page, by default on an origin of its own: nothing is stored there yet, and what others store costs nothing.
   *
   * @param origin another page's, for a second tab
   */
  open(origin?: string): Promise<Site>;
  /**
   * A page on an origin whose loop has a long history. It is made once in a session, since making it takes longer than measuring;
   * later figures find what earlier ones added, and `count` is what there is. What shortens it must come last: where it
   * is too short, this rejects.
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
