import type { Client, ConnectOptions } from './client.ts';
import { readFinalState, type FinalState, type ToldHistory } from './final-state.ts';
import { sleep } from './wait.ts';

interface StateRow {
  readonly loop: string;
  readonly key: string;
  readonly value?: { readonly pending?: { readonly count: number }; readonly goalPending?: boolean };
}

type Stores = Record<string, unknown[]>;

/** The most actions of a loop that the client is asked for. */
const TOLD = 10_000;

/**
 * Connects a fresh page, does due work until nothing is left, and reads everything.
 *
 * @param fresh a tab without a client
 * @param options what to connect with
 * @param canary goes into the final state
 * @param ms how long the drain may take
 */
export async function drainAndRead(fresh: Client, options: ConnectOptions, canary: string, ms: number): Promise<FinalState> {
  const { tab } = fresh;
  await fresh.connect(options);
  const database = options.database ?? 'nudgeloop';
  const main = options.loop ?? 'default';
  const read = (): Promise<Stores> => tab.evaluate((name) => window.kit.readStores(name), database);

  const from = Date.now();
  let drained: number | null = null;
  let raw = await read();
  while (drained === null && Date.now() - from < ms) {
    const due = dueLoops(raw);
    if (due.length === 0) {
      drained = Date.now() - from;
      break;
    }
    for (const loop of due) await fresh.poke(loop === main ? undefined : loop);
    raw = await read();
    if (dueLoops(raw).length > 0) await sleep(100);
  }
  await fresh.inspect();
  const told: ToldHistory[] = [];
  // What still changes can't be compared.
  for (const loop of drained === null ? [] : loopsIn(raw)) {
    const { type, value } = await fresh.history({ limit: TOLD }, loop === main ? undefined : loop);
    if (type === 'ok') told.push({ loop, limit: TOLD, ns: (value as { action: { n?: number } }[]).map(({ action }) => action.n) });
  }
  const isPolluted = await tab.evaluate(() => window.kit.isPolluted());
  return readFinalState(raw, { drained, told, canary, polluted: isPolluted ? ['the page'] : [] });
}

/** The loops whose state is as wanted. */
function loopsIn(raw: Stores, isWanted: (row: StateRow) => boolean = () => true): string[] {
  return ((raw['documents'] ?? []) as StateRow[]).filter((row) => row.key === 'state' && isWanted(row)).map(({ loop }) => loop);
}

/** The loops that have work left. */
const dueLoops = (raw: Stores): string[] => loopsIn(raw, ({ value }) => (value?.pending?.count ?? 0) > 0 || value?.goalPending === true);
