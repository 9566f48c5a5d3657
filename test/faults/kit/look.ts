import type { Client, Outcome } from './client.ts';
import { readFinalState, type FinalState } from './final-state.ts';
import type { HistoryEvent } from './history.ts';
import { LEFT_OUT } from './report.ts';
import type { Session } from './session.ts';
import { until } from './wait.ts';

/**
 * Reads what is stored at the moment, past the product.
 *
 * @param client the tab that reads
 */
export async function look({ tab, options }: Client): Promise<FinalState> {
  const raw = await tab.evaluate((name) => window.kit.readStores(name), options.database ?? 'nudgeloop');
  return readFinalState(raw, { drained: null, told: [], canary: '', polluted: [] });
}

/**
 * Pokes until nothing is pending.
 *
 * @throws Error if that takes too long
 */
export async function workedOff(client: Client, ms: number, every = 150): Promise<FinalState> {
  let seen = await look(client);
  const isDone = await until(
    ms,
    async () => {
      if (seen.pending.length > 0) await client.poke();
      seen = await look(client);
      return seen.pending.length === 0;
    },
    every,
  );
  must(isDone, `${seen.pending.length} actions are still pending after ${ms} ms`);
  return seen;
}

/** The run of the worker that answers; each start is another one. */
export async function bootOf(client: Client): Promise<unknown> {
  return ((await client.inspect()).value as { host: { boot: string } } | undefined)?.host.boot;
}

/** The runs of the site's strategy, each with the numbers of its actions, in the order of their starts. */
export function strategyRuns({ history }: Session): { readonly t: number; readonly ns: readonly number[] }[] {
  return history.events
    .filter(({ type, op }) => type === 'seen' && op === 'strategy')
    .map(({ t, value }: HistoryEvent) => ({ t, ns: (value as { ns: readonly number[] }).ns }))
    .sort((a, b) => a.t - b.t);
}

/**
 * Notes that a row skips a part of what it tests. Call it where the row skips it; the row's result tells it.
 *
 * @param part what is not tested
 * @param why on this engine, as this user, without that tool
 */
export function leaveOut(session: Session, part: string, why: string): void {
  session.note(LEFT_OUT, `${part} (${why})`);
}

/**
 * Fails a row that promises answers if a call ended in any other way.
 *
 * @throws Error unless each was acknowledged
 */
export function mustBeAnswered(...outcomes: readonly Outcome[]): void {
  for (const { type, code } of outcomes) must(type === 'ok', `a call that was to be answered ended with ${code ?? type}`);
}

/**
 * Fails a row for something that the checkers can't see.
 *
 * @throws Error with the text, unless it holds
 */
export function must(holds: boolean, text: string): asserts holds {
  if (!holds) throw new Error(text);
}
