import { afterEach, beforeEach, expect, test, vi, type MockInstance } from 'vitest';
import { createClient } from '../../../src/page/client.ts';
import type { LoopClient } from '../../../src/page/client-types.ts';
import type { LogEvent } from '../../../src/log/log.ts';
import { channelName } from '../../../src/protocol/version.ts';
import { createFakeBrowser, settle } from '../page/fake-browser.ts';

const CANARY = 'canary-7f3a';

let consoles: MockInstance[] = [];
beforeEach(() => {
  consoles = (['log', 'info', 'warn', 'error', 'debug'] as const).map((level) => vi.spyOn(console, level).mockImplementation(() => undefined));
});
afterEach(() => vi.restoreAllMocks());

/** Fails in every way that a strategy can, quoting what it was given. */
function failing(): never {
  throw Object.assign(new RangeError(`can't judge ${CANARY}`), { code: CANARY, canary: CANARY });
}

function setUp() {
  const logged: LogEvent[] = [];
  const logSinks = [(event: LogEvent): void => void logged.push(event)];
  const strategies = {
    failing: () => ({ suggestActions: failing }),
    rejecting: () => ({ suggestActions: () => Promise.reject(CANARY) }),
    listless: () => ({ suggestActions: () => ({ text: CANARY }) as never }),
    wrong: () => ({ suggestActions: () => [{ note: CANARY, [CANARY]: Number.NaN }] }),
    refusing: (): never => failing(),
    named: () => ({
      trusted: true,
      suggestActions: (): never => {
        throw Object.assign(new Error(CANARY), { name: CANARY });
      },
    }),
  };
  const browser = createFakeBrowser({ strategies, logSinks });
  const page = browser.openPage();
  const broadcast: unknown[] = [];
  page.realm.openChannel(channelName('nudgeloop'))?.addEventListener('message', (event: { data?: unknown }) => broadcast.push(event.data));
  const client = createClient({ serviceWorker: page.registration, logSinks }, page.realm);
  client.on('log', (event) => logged.push(event));
  return { browser, client, logged, broadcast };
}

/** Payload where an app has payload: values of metrics and context, goals, keys, times. */
const payloads: readonly Readonly<Record<string, unknown>>[] = [
  { steps: CANARY, note: CANARY, deep: { list: [CANARY] } },
  { [CANARY]: 4, note: { [CANARY]: CANARY } },
];
const refused: readonly unknown[] = [
  CANARY,
  { note: new Map([[CANARY, CANARY]]) },
  { note: CANARY.repeat(10_000) },
  { steps: 1, timestamp: CANARY },
  { [CANARY]: { [CANARY]: () => CANARY } },
];

async function failuresOf(loop: LoopClient): Promise<Error[]> {
  const errors: Error[] = [];
  const tryAll = async (...calls: (() => Promise<unknown>)[]): Promise<void> => {
    for (const call of calls) await call().catch((error: Error) => errors.push(error));
  };
  for (const wrong of refused) {
    await tryAll(
      () => loop.record(wrong as never),
      () => loop.setGoalState(wrong as never),
      () => loop.suggestActions([], [wrong as never]),
      () => loop.import(wrong),
      () => loop.import({ format: 'nudgeloop-export', version: 1, goalState: null, analysis: {}, history: [{ at: 0, action: wrong }], pending: [] }),
      () => loop.import({ format: 'nudgeloop-export', version: 1, goalState: null, analysis: { [CANARY]: CANARY }, history: [], pending: [] }),
      () => loop.acknowledge(wrong as never),
      () => loop.history({ from: CANARY } as never),
    );
  }
  return errors;
}

/** Says where the canary was found, if it was. */
function found(where: string, value: unknown): string[] {
  const text = JSON.stringify(value) ?? '';
  return text.includes(CANARY) ? [`${where}: ${text.slice(0, 200)}`] : [];
}

const nothingIn = (logged: readonly unknown[], broadcast: readonly unknown[]): string[] => [
  ...logged.flatMap((event) => found('log', event)),
  ...broadcast.flatMap((data) => found('broadcast', data)),
  ...consoles.flatMap(({ mock }) => mock.calls.flatMap((call) => found('console', call.map(String)))),
];

test.each(['failing', 'rejecting', 'listless', 'wrong'])('what a user did is told to no log, no console and no other tab, though the strategy is %s', async (type) => {
  const { browser, client, logged, broadcast } = setUp();
  const loop = client.loop('private', { strategy: { type, secret: CANARY }, goalState: { steps: 10, note: CANARY, [CANARY]: 5 } });
  loop.on('nudge', () => undefined);
  for (const payload of payloads) await loop.record(payload);
  for (let round = 0; round < 12; round += 1) {
    browser.clock.advance(600_000);
    await settle();
    await loop.poke();
  }
  const letters = await loop.deadLetters.list();
  expect(letters.length).toBeGreaterThan(0);
  expect(letters.flatMap(({ reason }) => found('reason', reason))).toEqual([]);
  await loop.deadLetters.retry(letters);
  await loop.import(JSON.parse(JSON.stringify(await loop.export())));
  await failuresOf(loop);
  expect((await loop.inspect()).log.host.flatMap((event) => found('inspection', event))).toEqual([]);
  await loop.erase();
  await client.erase({ all: true });
  await settle();
  expect(logged.length).toBeGreaterThan(5);
  expect(broadcast.length).toBeGreaterThan(5);
  expect(nothingIn(logged, broadcast)).toEqual([]);
});

test('the name of an error of a trusted strategy is told to nobody, though it quotes the action', async () => {
  const { client, logged, broadcast } = setUp();
  const loop = client.loop('named', { strategy: { type: 'named' }, goalState: { steps: 10 } });
  const error = await loop.record({ steps: 1, note: CANARY }).then(() => undefined, (thrown: { code: string; details?: unknown }) => thrown);
  expect(found('details', [error?.code, error?.details])).toEqual([]);
  await settle();
  expect(logged.length).toBeGreaterThan(0);
  expect(nothingIn(logged, broadcast)).toEqual([]);
});

test('an error quotes no value; a key only where it names the place of the fault', async () => {
  const { client, logged, broadcast } = setUp();
  const errors = await failuresOf(client);
  errors.push(await client.loop('a', { strategy: { type: 'refusing', secret: CANARY } }).ready.then(() => new Error('no error'), (error: Error) => error));
  expect(errors.length).toBeGreaterThan(20);
  // `details.path`, and the message that repeats it, may name a key: the app needs it to find the fault, and gets it alone.
  const withoutPath = errors.map(({ message, ...rest }) => {
    const { details = {} } = rest as { details?: Record<string, unknown> };
    const { path, issues, ...others } = details;
    return { message: [path, issues].reduce<string>((text, named) => (typeof named === 'string' && named !== '' ? text.replaceAll(named, '…') : text), message), ...others };
  });
  expect(withoutPath.flatMap((error) => found('error', error))).toEqual([]);
  expect(errors.flatMap((error) => found('a value', (error as { cause?: unknown }).cause ?? null))).toEqual([]);
  expect(nothingIn(logged, broadcast)).toEqual([]);
});
