import { createTestLoop } from 'nudgeloop/testing';
import { describe, expect, test } from 'vitest';

describe('a test loop', () => {
  test.each<[what: string, options: object, option: string]>([
    ['a misspelt serviceWorker', { serviceWorker: 'workin' }, 'serviceWorker'],
    ['a script of its own, which is not run here', { serviceWorker: { url: '/sw.js' } }, 'serviceWorker'],
    ['null for a serviceWorker', { serviceWorker: null }, 'serviceWorker'],
    ['a seed that is not whole', { seed: 1.5 }, 'seed'],
    ['a seed that is no number', { seed: Number.NaN }, 'seed'],
    ['a start that is no number', { start: Number.NaN }, 'start'],
    ['a start without end', { start: Infinity }, 'start'],
    ['a start as text', { start: '2025-01-06' }, 'start'],
    ['a persistence that is none', { persistence: {} }, 'persistence'],
    ['a clock, since it has one', { clock: { now: () => 0, schedule: () => () => undefined } }, 'clock'],
    ['a database of the client', { database: 'mine' }, 'database'],
    ['a database of the worker', { worker: { database: 'mine' } }, 'database'],
    ['a surface, since notifications are not simulated', { worker: { surface: () => expect.unreachable() } }, 'surface'],
  ])('refuses %s', (_what, options, option) => {
    expect(() => createTestLoop(options)).toThrow(expect.objectContaining({ code: 'options.invalid', details: { option } }));
  });

  test('refuses them also of a tab, and of another version of the worker', async () => {
    const loop = createTestLoop();
    expect(() => loop.openTab({ serviceWorker: false } as never)).toThrow(expect.objectContaining({ code: 'options.invalid' }));
    await expect(loop.restartWorker({ surface: () => expect.unreachable() } as never)).rejects.toMatchObject({ code: 'options.invalid' });
    expect(await loop.client.record({ steps: 1 })).toMatchObject({ durable: true });
  });

  test('has a worker when the app wants one: true is not another word for none', async () => {
    const loop = createTestLoop({ serviceWorker: true });
    expect(await loop.client.ready).toMatchObject({ host: 'service-worker' });
    expect(loop.client.state().fallbackReason).toBeNull();
  });
});
