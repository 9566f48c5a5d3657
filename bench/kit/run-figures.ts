import type { Engine } from '../../test/faults/engines/engine.ts';
import { BenchSession, type Site } from './bench-session.ts';
import type { BarChart, Bench, Figure, Measured, Result } from './figure.ts';
import { foundBackend } from './found-backend.ts';
import type { Backend, BenchOptions } from './options.ts';
import type { Taken } from './report.ts';
import { resultLine } from './result-table.ts';

/** Milliseconds after which a quick run begins no other figure: it must end in 50 seconds, on a busy machine too. */
const QUICK_MS = 34_000;

interface Run {
  readonly engine: Engine;
  readonly options: BenchOptions;
  /** By `performance.now()`. */
  readonly startedAt: number;
  /** Takes a line for the terminal. */
  readonly say: (line: string) => void;
}

/** Takes figures, backend by backend. One that fails is noted, and the others go on. */
export async function runFigures(figures: readonly Figure[], run: Run): Promise<Taken> {
  const results: Result[] = [];
  const charts: BarChart[] = [];
  const failed: { name: string; why: string }[] = [];
  const backends: { asked: Backend; found: string }[] = [];
  const late: string[] = [];
  for (const backend of run.options.backends) {
    const isFirst = backend === run.options.backends[0];
    const suffix = backend === 'sqlite' ? '@sqlite' : '';
    const session = await BenchSession.create(run.engine, backend);
    try {
      for (const figure of figures.filter(({ isOfStorage }) => isOfStorage || isFirst)) {
        const start = performance.now();
        if (run.options.quick && run.options.only === undefined && start - run.startedAt > QUICK_MS) {
          late.push(...figure.gives.map((name) => `${name}${suffix}`));
          continue;
        }
        try {
          const measured = await measure(figure, session, run);
          const named = measured.results.map((result) => ({ ...result, name: `${result.name}${suffix}` }));
          results.push(...named);
          charts.push(...(measured.charts ?? []).map((chart) => ({ ...chart, title: `${chart.title}${suffix === '' ? '' : ' (SQLite)'}` })));
          const seconds = ((performance.now() - start) / 1_000).toFixed(1);
          for (const result of named) run.say(`${resultLine(result)}  (${seconds} s)`);
        } catch (error) {
          const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
          failed.push({ name: `${figure.name}${suffix}`, why: why.split('\n')[0] ?? why });
          run.say(`FAILED ${figure.name}${suffix}: ${why}`);
        }
      }
      const found = await foundBackend(session.profile);
      backends.push({ asked: backend, found });
      run.say(`IndexedDB backend asked for: ${backend}; found on disk: ${found}`);
    } finally {
      await session.dispose();
    }
  }
  return { results, charts, failed, backends, leftOut: late };
}

async function measure(figure: Figure, session: BenchSession, { engine, options }: Run): Promise<Measured> {
  const sites: Site[] = [];
  const sessions: BenchSession[] = [];
  const bench: Bench = {
    quick: options.quick,
    amount: (full, quick) => (options.quick ? quick : full),
    session,
    async open() {
      const site = await session.open();
      sites.push(site);
      return site;
    },
    async ownSession() {
      const own = await BenchSession.create(engine, session.backend);
      sessions.push(own);
      return own;
    },
  };
  try {
    return await figure.measure(bench);
  } finally {
    for (const { tab } of sites) await tab.close();
    // What a figure's workers still do must not meet the next one.
    await session.browser.stopWorkers().catch(() => undefined);
    for (const own of sessions) await own.dispose();
  }
}
