import { within } from '../../test/faults/kit/wait.ts';
import type { BenchSession, Site } from './bench-session.ts';
import type { Bench, Figure, Measured } from './figure.ts';
import { countHistory, fillHistory } from './fill-history.ts';

/** Milliseconds in which pages and workers must be gone. */
const CLEAN_MS = 30_000;

interface Settings {
  readonly quick: boolean;
  /** Milliseconds that the figure may take. */
  readonly ms: number;
  readonly say: (line: string) => void;
}

/** A figure that was taken. */
interface TakenFigure {
  readonly measured: Measured;
  /** Closes what the figure opened. If that fails, the session is in no known state, and what was measured is true all the same. */
  clean(): Promise<void>;
}

/** Origins with a long history, by session: filled once for all figures. */
const longOrigins = new WeakMap<BenchSession, string>();

/**
 * Takes one figure.
 *
 * @throws Error when it could not be measured; then the session is in no known state, and another one must follow
 */
export async function measureFigure(figure: Figure, session: BenchSession, { quick, ms, say }: Settings): Promise<TakenFigure> {
  const sites: Site[] = [];
  const open = async (origin?: string): Promise<Site> => {
    const site = await session.open(origin);
    sites.push(site);
    return site;
  };
  const amount = (full: number, small: number): number => (quick ? small : full);
  const bench: Bench = {
    quick,
    amount,
    session,
    say,
    open,
    async openLong() {
      const least = amount(1_000_000, 100_000);
      const origin = longOrigins.get(session);
      const site = await open(origin);
      if (origin === undefined) {
        await fillHistory(site, least, say);
        longOrigins.set(session, site.origin);
      }
      const count = await countHistory(site);
      if (count < least) throw new Error(`the long history holds ${count} actions, not ${least}`);
      return { ...site, count };
    },
  };
  const measured = await within(ms, figure.measure(bench), figure.name);
  const clean = async (): Promise<void> => {
    for (const { tab } of sites) await tab.close();
    // What a figure's workers still do must not meet the next one.
    await session.browser.stopWorkers();
  };
  return { measured, clean: () => within(CLEAN_MS, clean(), `cleaning up after ${figure.name}`) };
}
