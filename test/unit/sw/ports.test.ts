import { describe, expect, test, vi } from 'vitest';
import { createLog, createSimulatedClock } from 'nudgeloop/core';
import type { WorkerApi } from '../../../src/protocol/api.ts';
import { requestEnvelope, wakeEnvelope, type BundleEnvelope, type ReplyEnvelope, type RequestEnvelope } from '../../../src/protocol/envelope.ts';
import { createEndpoint, type EndpointOptions } from '../../../sw/endpoint.ts';
import { createSimulatedPorts, type SimulatedPort } from '../../../src/testing/browser/simulated-port.ts';
import { settle } from '../../../src/testing/settle.ts';

const ORIGIN = 'https://app.example';

interface Message {
  readonly type?: string;
  readonly id?: string;
  readonly value?: { readonly ok: boolean; readonly value?: unknown; readonly error?: { readonly code: string } };
}

function setUp(methods: Record<string, (request: never) => Promise<unknown>> = {}) {
  const history = vi.fn(async () => ({ ok: true, value: [] }));
  const api = Object.assign(Object.create(null) as object, { history, ...methods }) as unknown as WorkerApi;
  const clock = createSimulatedClock(0);
  const log = createLog(() => 0);
  const followUp = vi.fn((): Promise<undefined> => Promise.resolve(undefined));
  const isClient = (source: unknown): boolean => (source as { isWindow?: boolean } | null)?.isWindow === true;
  const options = { database: 'db', api, followUp, log, realm: { origin: ORIGIN, isClient, isThere: async () => false, clock } };
  const endpoint = createEndpoint(options as unknown as EndpointOptions);

  /** Sends a message that wakes; what is held open for it, and what is answered by a message of that kind. */
  const wake = (data: unknown, event: object = {}) => {
    const state = { isHeld: false, replies: [] as Message[] };
    const source = { id: 'window-1', isWindow: true, postMessage: ({ message }: ReplyEnvelope) => state.replies.push(message as Message) };
    const waitUntil = (hold: Promise<unknown>): void => {
      state.isHeld = true;
      void hold.then(() => (state.isHeld = false));
    };
    endpoint.receive({ data, origin: ORIGIN, source, ports: [], waitUntil, ...event });
    return state;
  };

  /** Hands a port over, as a page does; the page's end of it, and what came there. */
  const offer = (event: object = {}, client = 'client-1', database = 'db') => {
    const { port1: page, port2: worker } = createSimulatedPorts();
    const heard: Message[] = [];
    page.addEventListener('message', (message) => heard.push(...((message as unknown as { data: BundleEnvelope }).data.parts as Message[])));
    page.start();
    wake(wakeEnvelope(client, database), { ports: [worker], ...event });
    return { page, worker, heard };
  };
  return { history, clock, log, followUp, endpoint, wake, offer };
}

const envelope = (message: unknown, given: object = {}) =>
  requestEnvelope({ client: 'client-1', database: 'db', order: 0, first: 0, message, ...given });
const apply = (method: unknown, id = 'a', given: object = {}) =>
  envelope({ id, type: 'APPLY', path: [method], argumentList: [{ type: 'RAW', value: { loop: 'x' } }] }, given);

/** The same as they go by a port. */
const bundled = ({ order, first, message, ...shared }: RequestEnvelope) => ({ ...shared, kind: 'bundle', parts: [[order, first, message]] });

/** What came on a port since the worker said that it has it. */
async function answersOn({ heard }: { heard: Message[] }): Promise<Message[]> {
  await settle();
  expect(heard[0]).toEqual({ type: 'AWAKE' });
  return heard.slice(1);
}

describe('a port that a page hands over', () => {
  test('is taken, and calls on it are answered on it', async () => {
    const { history, offer } = setUp();
    const line = offer();
    line.page.postMessage(bundled(apply('history')));
    expect(await answersOn(line)).toEqual([{ id: 'a', type: 'RAW', value: { ok: true, value: [] } }]);
    expect(history).toHaveBeenCalledExactlyOnceWith({ loop: 'x' });
  });

  test.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['no window', { source: { id: 'window-1', postMessage: () => undefined } }],
    ['nobody', { source: null }],
  ])('is not taken from %s', async (_who, event) => {
    const { history, offer, log } = setUp();
    const { page, heard } = offer(event);
    page.postMessage(bundled(apply('history')));
    await settle();
    expect(heard).toEqual([]);
    expect(history).not.toHaveBeenCalled();
    expect(log.recent()).toMatchObject([{ code: 'message.ignored', fields: { from: 'origin' } }]);
  });

  test('is left alone if it is for another database', async () => {
    const { offer } = setUp();
    const { heard } = offer({}, 'client-1', 'other');
    await settle();
    expect(heard).toEqual([]);
  });

  test.each([
    ['null', null],
    ['text', 'history'],
    ['a message of another library', { type: 'SKIP_WAITING' }],
    ['a bare Comlink message', { id: 'a', type: 'APPLY', path: ['history'], argumentList: [] }],
    ['a message that wakes', wakeEnvelope('client-1', 'db')],
    ['a call that is in no bundle', apply('history')],
    ['a call in the name of another client', bundled(apply('history', 'a', { client: 'client-2' }))],
    ['a call for another database', bundled(apply('history', 'a', { database: 'other' }))],
    ['a call without a place', bundled(apply('history', 'a', { order: undefined }))],
    ['a call without an id', bundled(envelope({ type: 'APPLY', path: ['history'], argumentList: [] }))],
    ['a bundle that is no list', { ...bundled(apply('history')), parts: { length: 1 } }],
    ['a bundle of nothing that is a call', { ...bundled(apply('history')), parts: [null] }],
    ['a bundle that is too long', { ...bundled(apply('history')), parts: Array.from({ length: 257 }, (_, order) => [order, 0, {}]) }],
  ])('brings nothing about with %s', async (_what, data) => {
    const { history, offer, log } = setUp();
    const line = offer();
    line.page.postMessage(data);
    expect(await answersOn(line)).toEqual([]);
    expect(history).not.toHaveBeenCalled();
    expect(log.recent()).toMatchObject([{ level: 'warn', code: 'message.ignored' }]);
  });

  test.each([
    ['a property', { id: 'a', type: 'GET', path: ['history'] }],
    ['a port of its own', { id: 'a', type: 'ENDPOINT' }],
    ['an unknown method', { id: 'a', type: 'APPLY', path: ['constructor'], argumentList: [{ type: 'RAW', value: 1 }] }],
  ])('gives no access to %s', async (_what, message) => {
    const { offer } = setUp();
    const line = offer();
    line.page.postMessage(bundled(envelope(message)));
    expect(await answersOn(line)).toMatchObject([{ id: 'a', value: { ok: false, error: { code: 'call.refused' } } }]);
  });

  test('may bring as many calls as any page, and no more', async () => {
    const { offer } = setUp({ history: () => new Promise(() => undefined) });
    const line = offer();
    for (let order = 0; order < 513; order += 1) line.page.postMessage(bundled(apply('history', `id-${order}`, { order, first: order })));
    expect(await answersOn(line)).toMatchObject([{ id: 'id-512', value: { error: { code: 'queue.full' } } }]);
  });

  test('is refused calls of a protocol that is gone', async () => {
    const { offer } = setUp();
    const line = offer();
    line.page.postMessage({ ...bundled(apply('history')), nudgeloop: 0, oldest: 0 });
    expect(await answersOn(line)).toMatchObject([{ value: { error: { code: 'update.needed' } } }]);
  });

  test.each([
    ['no number', 'text'],
    ['a bigint', 1n],
    ['lists in lists, each in two places on 40 levels', Array.from({ length: 40 }).reduce<unknown[]>((list) => [list, list], [])],
  ])('is answered, though it names %s as its oldest protocol', async (_what, oldest) => {
    const { offer } = setUp({ history: async () => ({ ok: true, value: [] }) });
    const line = offer();
    line.page.postMessage({ ...bundled(apply('history')), oldest });
    expect(await answersOn(line)).toMatchObject([{ value: { ok: true } }]);
  });

  test('takes the place of the last one, and gets the answers that are still due there', async () => {
    let answer = (): void => undefined;
    const { offer } = setUp({ history: () => new Promise((resolve) => (answer = () => resolve({ ok: true, value: 'late' }))) });
    const old = offer();
    old.page.postMessage(bundled(apply('history')));
    await settle();
    const next = offer();
    answer();
    expect(await answersOn(next)).toMatchObject([{ id: 'a', value: { value: 'late' } }]);
    expect([old.worker.isClosed, next.worker.isClosed]).toEqual([true, false]);
  });

  test('takes no other window\'s place, though it names the same client', async () => {
    const { offer } = setUp();
    const line = offer();
    offer({ source: { id: 'window-2', isWindow: true, postMessage: () => undefined } });
    line.page.postMessage(bundled(apply('history')));
    expect(await answersOn(line)).toHaveLength(1);
    expect(line.worker.isClosed).toBe(false);
  });

  test('is closed when 256 others came after it, and when the worker side ends', () => {
    const { offer, endpoint } = setUp();
    const workers: SimulatedPort[] = Array.from({ length: 257 }, (_none, n) => offer({}, `client-${n}`).worker);
    expect(workers.map(({ isClosed }) => isClosed)).toEqual([true, ...Array.from({ length: 256 }, () => false)]);
    endpoint.close();
    expect(workers.every(({ isClosed }) => isClosed)).toBe(true);
  });

  test('runs a call once whose copy comes by the message that wakes, and answers both', async () => {
    let answer = (): void => undefined;
    const record = vi.fn(() => new Promise((resolve) => (answer = () => resolve({ ok: true, value: {} }))));
    const { offer, wake } = setUp({ record });
    const line = offer();
    line.page.postMessage(bundled(apply('record')));
    await settle();
    const copy = wake(apply('record'));
    answer();
    expect(await answersOn(line)).toHaveLength(1);
    expect(copy.replies.map(({ type }) => type)).toEqual(['WORKING', 'RAW']);
    expect(record).toHaveBeenCalledOnce();
  });
});

describe('what a call by a port leaves to do', () => {
  test('is done at once, and the page is asked to wake the worker for it if it takes long', async () => {
    const finishes: (() => void)[] = [];
    const { offer, wake, followUp, clock } = setUp();
    followUp.mockImplementation(() => new Promise((resolve) => finishes.push(() => resolve(undefined))));
    const line = offer();
    line.page.postMessage(bundled(apply('history')));
    expect(await answersOn(line)).toHaveLength(1);
    expect(followUp).toHaveBeenCalledOnce();
    clock.advance(100);
    expect((await answersOn(line)).slice(1)).toEqual([{ type: 'HOLD' }]);
    // Asked once, however long it takes and whatever comes.
    line.page.postMessage(bundled(apply('history', 'b', { order: 1, first: 1 })));
    await settle();
    clock.advance(60_000);
    expect((await answersOn(line)).filter(({ type }) => type === 'HOLD')).toHaveLength(1);
    const event = wake(wakeEnvelope('client-1', 'db'));
    finishes[0]?.();
    await settle();
    expect(event.isHeld).toBe(true);
    finishes[1]?.();
    await settle();
    expect(event.isHeld).toBe(false);
    clock.advance(60_000);
    expect((await answersOn(line)).filter(({ type }) => type === 'HOLD')).toHaveLength(1);
  });

  test('asks anew for what came while the worker was held: no event has to last for long', async () => {
    const finishes: (() => void)[] = [];
    const { offer, wake, followUp, clock } = setUp();
    followUp.mockImplementation(() => new Promise((resolve) => finishes.push(() => resolve(undefined))));
    const line = offer();
    line.page.postMessage(bundled(apply('history')));
    await settle();
    clock.advance(100);
    const event = wake(wakeEnvelope('client-1', 'db'));
    line.page.postMessage(bundled(apply('history', 'b', { order: 1, first: 1 })));
    await settle();
    finishes[0]?.();
    await settle();
    expect(event.isHeld).toBe(false);
    clock.advance(100);
    expect((await answersOn(line)).filter(({ type }) => type === 'HOLD')).toHaveLength(2);
  });

  test('asks once, though a message that woke came while shorter work was watched', async () => {
    const { offer, wake, followUp, clock } = setUp();
    const line = offer();
    line.page.postMessage(bundled(apply('history')));
    await settle();
    wake(wakeEnvelope('client-1', 'db'));
    await settle();
    followUp.mockImplementation(() => new Promise(() => undefined));
    clock.advance(20);
    line.page.postMessage(bundled(apply('history', 'b', { order: 1, first: 1 })));
    await settle();
    clock.advance(1_000);
    expect((await answersOn(line)).filter(({ type }) => type === 'HOLD')).toHaveLength(1);
  });

  test('asks for nothing if it is short, however many calls there are', async () => {
    const { offer, clock } = setUp();
    const line = offer();
    for (let order = 0; order < 50; order += 1) {
      line.page.postMessage(bundled(apply('history', `id-${order}`, { order, first: order })));
      await settle();
      clock.advance(10);
    }
    expect((await answersOn(line)).filter(({ type }) => type === 'HOLD')).toEqual([]);
  });
});

describe('a call by the port that overtook a message that wakes', () => {
  const setUpOvertaken = async (method: string) => {
    const begun: string[] = [];
    const done = (name: string) => async () => (begun.push(name), { ok: true, value: {} });
    const { clock, wake, offer } = setUp({ [method]: done(method), record: done('record') });
    offer().page.postMessage(bundled(apply('record', 'late', { order: 1 })));
    await settle();
    const passes = async (ms: number) => {
      for (let passed = 0; passed < ms; passed += 1) clock.advance(1);
      await settle();
    };
    return { begun, passes, arrives: () => wake(apply(method, 'early', { order: 0 })) };
  };

  test.each(['erase', 'importLoop', 'suggestActions'])('begins after %s, which would remove what it records, however slow the browser is to deliver that', async (method) => {
    const { begun, passes, arrives } = await setUpOvertaken(method);
    await passes(20_999);
    expect(begun).toEqual([]);
    arrives();
    await settle();
    expect(begun).toEqual([method, 'record']);
  });

  test('waits 21 seconds at the most', async () => {
    const { begun, passes } = await setUpOvertaken('erase');
    await passes(21_000);
    expect(begun).toEqual(['record']);
  });
});
