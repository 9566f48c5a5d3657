import { BACKENDS } from './backends.ts';
import type { Figure } from './figure.ts';
import type { Engines } from './find-engines.ts';
import type { BenchOptions } from './options.ts';
import type { Taken } from './report.ts';
import { takeOnBackend, type Taking } from './take-on-backend.ts';

/** Milliseconds after which a quick run begins no other figure: it must end in 50 seconds, on a busy machine too. */
const QUICK_MS = 34_000;

/** Milliseconds in which all figures of a quick run must be taken. */
const QUICK_END_MS = 48_000;

/** `QUICK_MS` for a full run, which takes a third of that on a machine with nothing else to do. */
const FULL_MS = 2_400_000;

/** Milliseconds that one figure may take: several times what the longest needs, and still an end. */
const FIGURE_MS = 480_000;

interface Run {
  readonly engines: Engines;
  readonly options: BenchOptions;
  /** By `performance.now()`. */
  readonly startedAt: number;
  /** Takes a line for the terminal. */
  readonly say: (line: string) => void;
  /** Takes what there is so far, after each figure: whatever ends the run, that is kept. */
  readonly keep: (taken: Taken) => Promise<void>;
}

/** Takes figures, backend by backend. */
export async function runFigures(figures: readonly Figure[], { engines, options, startedAt, say, keep }: Run): Promise<Taken> {
  const { quick, only } = options;
  const taken: Taking = { results: [], charts: [], failed: [], backends: [], leftOut: [] };
  const msSince = (): number => performance.now() - startedAt;
  const isLate = (): boolean => only === undefined && msSince() > (quick ? QUICK_MS : FULL_MS);
  const msOfFigure = (): number => (only === undefined && quick ? QUICK_END_MS - msSince() : FIGURE_MS);
  const seen = new Set<string>();
  for (const name of options.backends) {
    const backend = BACKENDS[name];
    const engine = engines.get(backend.engine);
    if (engine === undefined) {
      taken.leftOut.push({ name: `everything${backend.suffix}`, why: `there is no ${backend.title} on this machine`, isExpected: false });
      continue;
    }
    const isFirst = seen.size === 0;
    const isFirstOfEngine = !seen.has(engine.name);
    seen.add(engine.name);
    const isTaken = ({ takenOn }: Figure): boolean => takenOn === 'each backend' || (takenOn === 'each engine' ? isFirstOfEngine : isFirst);
    await takeOnBackend(figures.filter(isTaken), { engine, backend, quick, msOfFigure, isLate, say, taken, keep: () => keep(taken) });
  }
  return taken;
}
