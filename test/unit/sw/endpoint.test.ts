import { describe, expect, test } from 'vitest';
import { settle } from '../../../src/testing/settle.ts';
import { apply, envelope, setUp } from './endpoint-harness.ts';

describe("the worker's end of a connection", () => {
  test('answers a call to the client that made it, and stays alive until then', async () => {
    const { api, send, followUp } = setUp();
    const { replies, holds } = await send(apply('history'));
    expect(replies).toEqual([{ id: 'a', type: 'RAW', value: { ok: true, value: [] } }]);
    expect(holds).toHaveLength(1);
    expect(api.history).toHaveBeenCalledExactlyOnceWith({ loop: 'x' });
    expect(followUp).toHaveBeenCalledWith('history', { loop: 'x' }, { ok: true, value: [] });
  });

  test('stays alive until what follows from a call is done', async () => {
    const { send, followUp } = setUp();
    let finish = (): void => undefined;
    followUp.mockImplementation(() => new Promise((resolve) => (finish = () => resolve(undefined))));
    let isOver = false;
    const sent = send(apply('record')).then(() => (isOver = true));
    await settle();
    expect(isOver).toBe(false);
    finish();
    await sent;
  });

  test.each([
    ['writing a property', { type: 'SET', value: { type: 'RAW', value: 1 } }],
    ['writing a prototype', { type: 'SET', path: ['__proto__', 'polluted'], value: { type: 'RAW', value: 1 } }],
    ['reading a property', { type: 'GET' }],
    ['constructing', { type: 'CONSTRUCT', path: ['history', 'constructor'] }],
    ['a port of its own', { type: 'ENDPOINT' }],
    ['releasing', { type: 'RELEASE' }],
    ['a longer path', { path: ['history', 'call'] }],
    ['an empty path', { path: [] }],
    ['a path that is a string', { path: 'h' }],
    ['__proto__', { path: ['__proto__'] }],
    ['constructor', { path: ['constructor'] }],
    ['toString', { path: ['toString'] }],
    ['an unknown method', { path: ['eval'] }],
    ['a method that is no string', { path: [{ toString: (): string => 'history' }] }],
    ['no argument', { argumentList: [] }],
    ['two arguments', { argumentList: [{ type: 'RAW', value: 1 }, { type: 'RAW', value: 2 }] }],
    ['a handler for an argument', { argumentList: [{ type: 'HANDLER', name: 'proxy', value: {} }] }],
    ['a thrower for an argument', { argumentList: [{ type: 'HANDLER', name: 'throw', value: { isError: false, value: 1 } }] }],
    ['arguments that are no list', { argumentList: { length: 1 } }],
  ])('refuses %s, and runs nothing', async (_what, overrides) => {
    const { api, send } = setUp();
    const { replies, holds } = await send(apply('history', overrides));
    expect(replies).toMatchObject([{ id: 'a', value: { ok: false, error: { code: 'call.refused' } } }]);
    expect(holds).toHaveLength(0);
    expect(api.history).not.toHaveBeenCalled();
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test.each([
    ['null', null],
    ['a string', 'history'],
    ['a message of another library', { type: 'SKIP_WAITING' }],
    ['a bare Comlink message', { id: 'a', type: 'APPLY', path: ['history'], argumentList: [] }],
    ['a reply', { nudgeloop: 1, kind: 'reply', client: 'client-1', message: {} }],
    ['a request for another database', apply('history', {}, { database: 'other' })],
    ['a request without an id', apply('history', { id: undefined })],
    ['an id without end', apply('history', { id: 'x'.repeat(101) })],
    ['a request without content', envelope(null)],
    ['a request without a place', apply('history', {}, { order: undefined })],
    ['a request with half a place', apply('history', {}, { first: 0.5 })],
  ])('leaves %s alone', async (_what, data) => {
    const { api, send } = setUp();
    const { replies, holds } = await send(data);
    expect(replies).toEqual([]);
    expect(holds).toEqual([]);
    expect(api.history).not.toHaveBeenCalled();
  });

  test.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['an opaque origin', { origin: '' }],
    ['no source', { source: null }],
    ['a port', { source: { postMessage: () => undefined } }],
  ])('does not listen to %s', async (_what, event) => {
    const { api, send, log } = setUp();
    const { replies } = await send(apply('history'), event);
    expect(replies).toEqual([]);
    expect(api.history).not.toHaveBeenCalled();
    expect(log.recent()).toMatchObject([{ code: 'message.ignored' }]);
  });

  test('keeps two clients apart that chose the same id', async () => {
    const answers: ((value: unknown) => void)[] = [];
    const { send } = setUp({ history: () => new Promise((resolve) => answers.push((value) => resolve({ ok: true, value }))) });
    const call = (client: string) => send(apply('history', {}, { client }));
    const both = Promise.all([call('client-1'), call('client-2')]);
    answers[1]?.('second');
    answers[0]?.('first');
    const [first, second] = await both;
    expect([first?.replies[0]?.value, second?.replies[0]?.value]).toEqual([{ ok: true, value: 'first' }, { ok: true, value: 'second' }]);
  });

  test('runs a call once, however many copies of it come meanwhile, and answers each copy', async () => {
    const { api, send } = setUp();
    const copies = await Promise.all([send(apply('record')), send(apply('record')), send(apply('record'))]);
    expect(api.record).toHaveBeenCalledOnce();
    const types = copies.map(({ replies }) => replies.map(({ type }) => type));
    // To a copy it says at once that it is at it, and at what.
    expect(types).toEqual([['RAW'], ['WORKING', 'RAW'], ['WORKING', 'RAW']]);
    expect(copies[1]?.replies[0]).toMatchObject({ call: copies[1]?.replies[1]?.id });
  });

  test('answers with an error when a method breaks its promise and throws', async () => {
    const { send } = setUp({ history: () => Promise.reject(new Error('secret')) });
    const { replies } = await send(apply('history'));
    expect(replies).toMatchObject([{ id: 'a', type: 'RAW', value: { ok: false, error: { code: 'internal' } } }]);
    expect(JSON.stringify(replies)).not.toContain('secret');
  });
});
