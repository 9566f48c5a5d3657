import { describe, expect, test } from 'vitest';
import { createNudgeloop, isSupported } from 'nudgeloop';
import { parseClientOptions, parseLoopOptions } from '../../../src/page/parse-options.ts';

describe('options', () => {
  test.each([
    ['retentionlimit', { retentionlimit: 3 }],
    ['__proto__', JSON.parse('{"__proto__": 1}') as object],
    ['retentionLimit', { retentionLimit: -1 }],
    ['retentionLimit', { retentionLimit: '3' }],
    ['retentionWindow', { retentionWindow: { months: 1 } }],
    ['pollInterval', { pollInterval: 0 }],
    ['loop', { loop: '' }],
    ['database', { database: 'x'.repeat(101) }],
    ['database', { database: 'half \ud83d' }],
    ['strategy', { strategy: { suggestActions: () => [] } }],
    ['strategy', { strategy: { type: 'mine', run: () => [] } }],
    ['serviceWorker', { serviceWorker: '/sw.js' }],
    ['serviceWorker', { serviceWorker: true }],
    ['serviceWorker', { serviceWorker: { path: '/sw.js' } }],
    ['serviceWorker', { serviceWorker: { url: '/sw.js', type: 'modul' } }],
    ['fallback', { fallback: 'yes' }],
    ['strategies', { strategies: { gentle: {} } }],
    ['deadline', { deadline: Number.NaN }],
    ['logSinks', { logSinks: [1] }],
    ['clock', { clock: {} }],
    ['clock', { clock: { now: () => 0 } }],
    ['newId', { newId: 'x' }],
  ])('name the wrong one: %s', (option, options) => {
    expect(() => parseClientOptions(options as never)).toThrow(expect.objectContaining({ code: 'options.invalid', details: expect.objectContaining({ option }) }));
  });

  test('are refused at the call, not later', () => {
    expect(() => createNudgeloop({ goalState: { steps: Number.NaN } })).toThrow(expect.objectContaining({ code: 'goal.invalid' }));
    expect(() => createNudgeloop(null as never)).toThrow(expect.objectContaining({ code: 'options.invalid' }));
  });

  test.each([{}, { url: '/sw.js' }, { url: new URL('https://app.example/sw.js'), scope: '/', type: 'module' }, new EventTarget(), Promise.resolve(), false])('say where the worker is: %o', (serviceWorker) => {
    expect(parseClientOptions({ serviceWorker } as never).options.serviceWorker).toBe(serviceWorker);
  });

  test('are copied, with a duration in milliseconds', () => {
    const strategy = { type: 'personality', personality: 'cautious' };
    const { settings } = parseLoopOptions({ retentionWindow: { days: 1, hours: 1 }, retentionLimit: 0, strategy });
    strategy.personality = 'aggressive';
    expect(settings).toEqual({ retentionWindow: 90_000_000, retentionLimit: 0, strategy: { type: 'personality', personality: 'cautious' } });
  });
});

describe('on a server', () => {
  test('a client may be made; its calls say that there is no page, and nothing keeps the process alive', async () => {
    const client = createNudgeloop();
    await expect(client.record({ steps: 1 })).rejects.toMatchObject({ code: 'worker.unavailable', details: { reason: 'no-page' } });
    await expect(client.ready).rejects.toMatchObject({ code: 'worker.unavailable' });
    expect(client.state()).toMatchObject({ phase: 'connecting', host: null, error: null });
    expect(isSupported()).toBe(false);
    client.dispose();
  });
});
