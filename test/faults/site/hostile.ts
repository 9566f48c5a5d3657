import * as fc from 'fast-check';
import type { LoopClient } from 'nudgeloop';
import { cloneable, corpus, parseable, type Fate } from '../../hostile/corpus.ts';

/** What came of hostile values: how many were tried, and what did not come out as it must. */
export interface Outcome {
  readonly tried: number;
  readonly problems: readonly string[];
}

/** Sends a message to the worker past the client; gives the codes of the answers, `ok` among them. */
export type Post = (message: unknown) => Promise<string>;

declare global {
  interface Window {
    /** There once this script was loaded. */
    attacks: typeof attacks;
  }
}

/** Refusals that say what is wrong; `internal` and `call.timeout` would say that nobody had thought of it. */
const REFUSALS = /^(action|goal|options|message)\.invalid$|^call\.refused$|^queue\.full$|^receipt\.conflict$|^strategy\.(unknown|failed)$|^storage\.(quota|newer)$/;

const random = fc.anything({
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withObjectString: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
  withUnicodeString: true,
  maxDepth: 5,
});

/** So many actions get rows of their own: few are kept in the state row. */
const MANY = 40;

/** Makes the same random values for the same seed. */
const samples = (seed: number, count: number): unknown[] => fc.sample(random, { seed, numRuns: count });

const codeOf = (work: () => Promise<unknown>): Promise<string> =>
  (async () => work())().then(
    () => 'ok',
    (error: { code?: string; name?: string } | null) => error?.code ?? `untyped ${error?.name}`,
  );

/** Every call of a client that takes anything, with a value in it. */
const calls = (client: LoopClient, given: unknown): Record<string, () => Promise<unknown>> => {
  // Of a type that anything takes.
  const value = given as never;
  return {
    record: () => client.record(value),
    'record in a field': () => client.record({ steps: 1, extra: value }),
    'record in a list': () => client.record([{ steps: 1 }, value]),
    setGoalState: () => client.setGoalState(value),
    'setGoalState in a field': () => client.setGoalState({ steps: 5, extra: value }),
    suggestActions: () => client.suggestActions([], [value]),
    history: () => client.history(value),
    acknowledge: () => client.acknowledge(value),
    import: () => client.import(value),
    'deadLetters.retry': () => client.deadLetters.retry(value),
    'deadLetters.discard': () => client.deadLetters.discard(value),
  };
};

/** Through the client's own methods. */
async function throughPage(client: LoopClient, seed: number, count: number): Promise<Outcome> {
  const problems: string[] = [];
  let tried = 0;
  const expect = async (name: string, value: () => unknown, fate?: Fate): Promise<void> => {
    for (const call of Object.keys(calls(client, undefined))) {
      tried += 1;
      const code = await codeOf(() => calls(client, value())[call]!());
      const isWanted = fate === undefined || !call.endsWith('in a field') || (code === 'ok') === (fate === 'accepted');
      if (!isWanted || !(code === 'ok' || REFUSALS.test(code))) problems.push(`${name} through ${call}: ${code}`);
    }
  };
  for (const { name, make, direct } of corpus) await expect(name, make, direct);
  for (const [index, value] of samples(seed, count).entries()) await expect(`random value ${index}`, () => value);
  return { tried, problems };
}

/** As the argument of a raw call, and as other parts of a raw message. */
async function throughMessages(post: Post, seed: number, count: number): Promise<Outcome> {
  const problems: string[] = [];
  let tried = 0;
  const call = (method: unknown, value: unknown): object => ({ id: crypto.randomUUID(), type: 'APPLY', path: [method], argumentList: [{ type: 'RAW', value }] });
  const expect = async (name: string, message: unknown, fate?: Fate): Promise<void> => {
    tried += 1;
    let code: string;
    try {
      code = await post(message);
    } catch {
      // No clone can be made of it: it reaches nobody.
      return;
    }
    const isWanted = fate === undefined || (code === 'ok') === (fate === 'accepted');
    if (!isWanted || !(code === 'ok' || REFUSALS.test(code))) problems.push(`${name}: ${code}`);
  };
  let seq = 0;
  const record = (value: unknown): object => ({ loop: 'hostile', client: `hostile-${seed}`, seq: (seq += 1), actions: [{ steps: seq, extra: value }] });
  for (const { name, make, cloned } of cloneable) {
    await expect(`${name} in record`, call('record', record(make())), cloned ?? undefined);
    for (const method of ['hello', 'setGoalState', 'importLoop', 'nudges', 'acknowledge', 'erase']) await expect(`${name} in ${method}`, call(method, make()));
  }
  for (const [index, value] of samples(seed, count).entries()) {
    await expect(`random value ${index} in record`, call('record', record(value)));
    await expect(`random value ${index} as the request`, call('record', value));
    await expect(`random value ${index} as the method`, call(value, {}));
  }
  return { tried, problems };
}

/**
 * Over the channel: as a message, as an event, and as a part of an event. Nothing answers; what counts is what comes after. Value by value, so
 * that the page takes them in meanwhile: all in one burst keep it busy with copying for many seconds, whoever listens.
 */
async function throughChannel(seed: number, count: number): Promise<Outcome> {
  const channel = new BroadcastChannel('nudgeloop:1:nudgeloop');
  let tried = 0;
  const send = (message: unknown): void => {
    tried += 1;
    try {
      channel.postMessage(message);
    } catch {
      // No clone can be made of it: it reaches nobody.
    }
  };
  const parts = async (value: unknown): Promise<void> => {
    send(value);
    send({ nudgeloop: 1, epoch: value, event: { type: 'loop.changed', loop: 'default', revision: 1, outbox: 1 } });
    for (const event of [value, { type: value }, { type: 'loop.changed', loop: 'default', revision: value, outbox: value }]) send({ nudgeloop: 1, epoch: 'e', event });
    send({ nudgeloop: 1, epoch: 'e', event: { type: 'nudges.acknowledged', loop: 'default', seqs: value } });
    send({ nudgeloop: 1, epoch: 'e', event: { type: 'log', event: { code: value, level: value } } });
    await new Promise((resolve) => setTimeout(resolve));
  };
  for (const { make } of cloneable) await parts(make());
  for (const value of samples(seed, count)) await parts(value);
  channel.close();
  return { tried, problems: [] };
}

/** As parts of a file that is imported. */
async function throughFiles(client: LoopClient, seed: number, count: number): Promise<Outcome> {
  const problems: string[] = [];
  let tried = 0;
  const whole = await client.export();
  const expect = async (name: string, file: unknown, fate?: Fate): Promise<void> => {
    tried += 1;
    const code = await codeOf(() => client.import(file));
    const isWanted = fate === undefined || (code === 'ok') === (fate === 'accepted');
    if (!isWanted || !(code === 'ok' || REFUSALS.test(code))) problems.push(`${name}: ${code}`);
  };
  const parsed = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;
  for (const { name, make, parsed: fate } of parseable) {
    await expect(`${name} in an action`, parsed({ ...whole, history: [{ at: 0, action: { steps: 1, extra: make() } }] }), fate ?? undefined);
  }
  for (const [index, value] of samples(seed, count).entries()) {
    let text: unknown;
    try {
      text = parsed({ value });
    } catch {
      continue;
    }
    const { value: part } = text as { value?: unknown };
    for (const field of ['format', 'version', 'history', 'pending', 'goalState', 'analysis']) await expect(`random value ${index} as ${field}`, { ...whole, [field]: part });
  }
  return { tried, problems };
}

/** Writes random values over parts of random rows of a loop, and calls everything. */
async function throughRows(client: LoopClient, seed: number, count: number, restart: () => Promise<unknown>): Promise<Outcome> {
  const problems: string[] = [];
  const spoiled: Record<string, number> = {};
  const { name } = client;
  const stores = ['documents', 'history', 'outbox', 'pending', 'dead'] as const;
  const wishes = fc.sample(fc.record({ store: fc.constantFrom(...stores), row: fc.nat(5), field: fc.nat(9), inner: fc.nat(20), value: random }), { seed, numRuns: count });
  for (const [index, { store, row, field, inner, value }] of wishes.entries()) {
    await client.setGoalState({ steps: 10 });
    // More than the state row holds, so that there are rows to spoil in the journals too; and the built-in strategies leave none in two of them.
    await client.record(Array.from({ length: MANY }, (_none, steps) => ({ steps })));
    if (store === 'pending' || store === 'dead') await putRow(store, name);
    if (await spoil(store, name, row, (found) => change(found, field, inner, value))) spoiled[store] = (spoiled[store] ?? 0) + 1;
    if (index % 3 === 0) await restart();
    const used = { ...calls(client, { steps: 3 }), nudges: () => client.nudges(), inspect: () => client.inspect(), export: () => client.export(), poke: () => client.poke() };
    for (const [call, run] of Object.entries<() => Promise<unknown>>(used)) {
      const code = await codeOf(run);
      if (code !== 'ok' && code !== 'storage.failed' && !REFUSALS.test(code)) problems.push(`spoiled row ${index} of ${store}: ${call}: ${code}`);
    }
    const code = await codeOf(() => client.erase());
    const after = await codeOf(() => client.record({ steps: 1 }));
    const steps = await client.history().then((entries) => JSON.stringify(entries.map((entry) => entry.action['steps'])), () => 'no history');
    if (code !== 'ok' || after !== 'ok' || steps !== '[1]') problems.push(`spoiled row ${index} of ${store}, erased: ${code}, ${after}, ${steps}`);
    await client.erase();
  }
  for (const store of stores) if (wishes.some((wish) => wish.store === store) && spoiled[store] === undefined) problems.push(`no row of ${store} was spoiled`);
  return { tried: Object.values(spoiled).reduce((sum, times) => sum + times, 0), problems };
}

function change(found: Record<string, unknown>, field: number, inner: number, value: unknown): Record<string, unknown> {
  // The key stays: another key is another row.
  const names = Object.keys(found).filter((each) => !['loop', 'key', 'last'].includes(each));
  const name = names[field % names.length] ?? 'value';
  const old = found[name];
  if (typeof old !== 'object' || old === null || inner % 3 === 0) return { ...found, [name]: value };
  const keys = Object.keys(old);
  const part = keys[inner % Math.max(1, keys.length)] ?? 'x';
  return { ...found, [name]: Array.isArray(old) ? old.map((item: unknown, at) => (String(at) === part ? value : item)) : { ...old, [part]: value } };
}

/** Does something to a store, behind the product's back; answers whether it was stored. */
function inStore(store: string, work: (rows: IDBObjectStore, wrote: () => void) => void): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('nudgeloop');
    opening.addEventListener('error', () => reject(new Error('not opened')));
    opening.addEventListener('success', () => {
      const transaction = opening.result.transaction(store, 'readwrite');
      let isWritten = false;
      const end = (isStored: boolean): void => {
        opening.result.close();
        resolve(isStored && isWritten);
      };
      transaction.addEventListener('complete', () => end(true));
      transaction.addEventListener('abort', () => end(false));
      work(transaction.objectStore(store), () => (isWritten = true));
    });
  });
}

/** Puts a row as the product's own are, and counts it. */
async function putRow(store: 'pending' | 'dead', loop: string): Promise<void> {
  await inStore(store, (rows) => {
    rows.put({ loop, last: 0, minAt: 0, seqs: [0], ats: [0], values: [{ actions: [{ steps: 4 }], attempts: 1, reason: { code: 'strategy.failed' } }] });
  });
  await inStore('documents', (rows) => {
    const reading = rows.get([loop, 'state']);
    reading.addEventListener('success', () => {
      const row = reading.result as { readonly value: object };
      rows.put({ ...row, value: { ...row.value, [store]: { first: 0, next: 1, count: 1, bytes: 0 } } });
    });
  });
}

function spoil(store: string, loop: string, row: number, changed: (found: Record<string, unknown>) => unknown): Promise<boolean> {
  return inStore(store, (rows, wrote) => {
    const reading = rows.getAll();
    reading.addEventListener('success', () => {
      const own = (reading.result as Record<string, unknown>[]).filter((each) => each['loop'] === loop);
      const found = own[row % Math.max(1, own.length)];
      if (found === undefined) return;
      try {
        rows.put(changed(found));
        wrote();
      } catch {
        // No clone can be made of it: it reaches no row.
      }
    });
  });
}

const attacks = { throughPage, throughMessages, throughChannel, throughFiles, throughRows };

window.attacks = attacks;
