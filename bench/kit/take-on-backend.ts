import type { Engine } from '../../test/faults/engines/engine.ts';
import type { Backend } from './backends.ts';
import { BenchSession } from './bench-session.ts';
import type { Figure } from './figure.ts';
import { foundBackend } from './found-backend.ts';
import { measureFigure } from './measure-figure.ts';
import type { Taken } from './report.ts';
import { resultLine } from './result-table.ts';

/** `Taken` while it grows. */
export type Taking = { readonly [Part in keyof Taken]: Taken[Part][number][] };

interface Settings {
  readonly engine: Engine;
  readonly backend: Backend;
  readonly quick: boolean;
  /** Milliseconds that a figure which begins now may take. */
  readonly msOfFigure: () => number;
  /** Whether no other figure may begin. */
  readonly isLate: () => boolean;
  readonly say: (line: string) => void;
  /** Gets what came out. */
  readonly taken: Taking;
  /** Called after each figure. */
  readonly keep: () => Promise<void>;
}

/** Takes figures in one browser. One that fails is noted, and the others go on in another. */
export async function takeOnBackend(figures: readonly Figure[], { engine, backend, quick, msOfFigure, isLate, say, taken, keep }: Settings): Promise<void> {
  const { suffix, name: asked } = backend;
  let session: BenchSession | undefined;
  let found = 'nothing';
  const end = async (): Promise<void> => {
    const ended = session;
    session = undefined;
    if (ended === undefined) return;
    found = await foundBackend(ended.profile);
    await ended.dispose().catch((error: unknown) => say(`a browser did not end in good order: ${textOf(error)}`));
  };
  for (const figure of figures) {
    const impossible = figure.notIn?.[engine.name];
    const why = impossible ?? (isLate() ? 'the time of the run was over' : undefined);
    if (why !== undefined) {
      taken.leftOut.push(...figure.gives.map((name) => ({ name: `${name}${suffix}`, why, isExpected: impossible !== undefined })));
      continue;
    }
    const start = performance.now();
    if (!quick) say(`… ${figure.name}${suffix}`);
    try {
      session ??= await BenchSession.create(engine, backend);
      const { measured, clean } = await measureFigure(figure, session, { quick, ms: msOfFigure(), say: (line) => say(`  ${line}`) });
      const { results, charts = [] } = measured;
      const named = results.map((result) => ({ ...result, name: `${result.name}${suffix}` }));
      taken.results.push(...named);
      taken.charts.push(...charts.map((chart) => ({ ...chart, backend: asked })));
      const seconds = ((performance.now() - start) / 1_000).toFixed(1);
      for (const result of named) say(`${resultLine(result)}  (${seconds} s)`);
      await clean().catch(async (error: unknown) => {
        say(`the others go on in a new browser: ${textOf(error)}`);
        await end();
      });
    } catch (error) {
      taken.failed.push({ name: `${figure.name}${suffix}`, why: textOf(error).split('\n')[0] ?? '' });
      say(`FAILED ${figure.name}${suffix}: ${textOf(error)}`);
      await end();
    }
    await keep();
  }
  await end();
  taken.backends.push({ asked, found });
  say(`IndexedDB backend asked for: ${asked}; found on disk: ${found}`);
  await keep();
}

const textOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
