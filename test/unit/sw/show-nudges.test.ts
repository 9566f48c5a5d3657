import { describe, expect, test, vi } from 'vitest';
import { createLog, createSimulatedClock, type Nudge } from 'nudgeloop/core';
import { createNudgeSurface } from '../../../sw/nudge-surface.ts';
import type { RenderNudge } from '../../../sw/notifications/render-notification.ts';
import { showNudges } from '../../../sw/notifications/show-nudges.ts';
import { settle } from '../../../src/testing/settle.ts';
import { ORIGIN, setUp } from './show-nudges-harness.ts';

describe('notifications', () => {
  test('show each new nudge once, under a tag of its own', async () => {
    const { add, shown, surface } = setUp();
    await add(0);
    await add(1, 'a:b%');
    await surface.told({ loop: 'a', added: 0 });
    expect([...shown.keys()]).toEqual(['nudgeloop:db:a:n0', 'nudgeloop:db:a%3Ab%25:n1']);
    expect(shown.get('nudgeloop:db:a:n0')).toMatchObject({ title: 'Secret n0', body: 'Secret', data: { nudgeloop: { seq: 0, url: `${ORIGIN}/secret` } } });
  });

  test('show nothing while a window is visible, without permission, or when render says so', async () => {
    const watched = setUp();
    watched.addWindow('/elsewhere', 'visible');
    await watched.add(0);
    const silent = setUp(() => null);
    await silent.add(0);
    const forbidden = setUp();
    forbidden.state.isAllowed = false;
    await forbidden.add(0);
    for (const { shown, refusals } of [watched, silent, forbidden]) expect([shown.size, refusals()]).toEqual([0, []]);
  });

  test('are not refused, however many come at once, while a window is visible', async () => {
    const { surface, waiting, addWindow, refusals } = setUp();
    addWindow('/elsewhere', 'visible');
    waiting.set('a', Array.from({ length: 100 }, (_, seq) => ({ id: `n${seq}`, seq, loop: 'a', suggestions: [] }) as unknown as Nudge));
    await Promise.all(waiting.get('a')!.map(({ seq }) => surface.told({ loop: 'a', added: seq })));
    expect(refusals()).toEqual([]);
  });

  test('show nothing when a window became visible, or the nudge was acknowledged, while it was rendered', async () => {
    let during = (): void => undefined;
    const render: RenderNudge = async () => {
      during();
      return { title: 'Late' };
    };
    const { add, addWindow, waiting, windows, shown } = setUp(render);
    during = () => addWindow('/', 'visible');
    await add(0);
    windows.length = 0;
    during = () => void waiting.delete('a');
    await add(1);
    expect(shown.size).toBe(0);
  });

  test('are closed again when the nudge was acknowledged while they were put up', async () => {
    const { add, waiting, shown, during } = setUp();
    during.show = () => waiting.clear();
    await add(0);
    expect(shown.size).toBe(0);
  });

  test('close once their nudge is acknowledged, dropped or erased, and no other', async () => {
    const { add, waiting, show, surface, titles } = setUp(({ id }) => ({ title: id }));
    await add(0);
    await add(1);
    await add(0, 'b');
    show('the app', { tag: 'app', data: { nudgeloop: { seq: 0 } } });
    show('other database', { tag: 'nudgeloop:db2:a:n0', data: null });
    waiting.set('a', waiting.get('a')!.slice(1));
    await surface.told({ loop: 'a' });
    expect(titles()).toEqual(['n1', 'n0', 'the app', 'other database']);
    waiting.clear();
    await surface.told({ loop: null });
    expect(titles()).toEqual(['the app', 'other database']);
  });

  test('close when another nudge stands at the place, or the mark is forged', async () => {
    const { add, waiting, show, surface, titles } = setUp(({ id }) => ({ title: id }));
    await add(0);
    waiting.set('a', [{ ...waiting.get('a')![0]!, id: 'another' }]);
    for (const data of [null, 7, { nudgeloop: null }, { nudgeloop: { seq: '0' } }, { nudgeloop: { seq: -2 } }]) show('forged', { tag: 'nudgeloop:db:a:n0', data });
    show('forged', { tag: 'nudgeloop:db:', data: null });
    await surface.told({ loop: 'a' });
    expect(titles()).toEqual([]);
  });

  test('stay when the database cannot be read', async () => {
    const { add, surface, state, titles } = setUp();
    await add(0);
    state.isBroken = true;
    await surface.told({ loop: 'a' });
    expect(titles()).toEqual(['Secret n0']);
  });

  test.each<[string, RenderNudge, string]>([
    ['throws', () => { throw new Error('Secret'); }, 'render-failed'],
    ['rejects with no error', () => Promise.reject('Secret'), 'render-failed'],
    ['gives undefined', () => undefined as never, 'form'],
    ['gives a string', () => 'Secret' as never, 'form'],
    ['gives no title', () => ({ body: 'Secret' }) as never, 'form'],
    ['gives an empty title', () => ({ title: '' }), 'form'],
    ['gives a title without end', () => ({ title: 'Secret'.repeat(100) }), 'form'],
    ['gives a body that is no text', () => ({ title: 'Secret', body: {} }) as never, 'form'],
    ['gives a getter that throws', () => ({ get title(): string { throw new Error('Secret'); } }), 'render-failed'],
    ['links away', () => ({ title: 'Secret', url: 'https://secret.example/' }), 'target'],
    ['links to a script', () => ({ title: 'Secret', url: 'javascript:secret()' }), 'target'],
    ['takes a picture from elsewhere', () => ({ title: 'Secret', icon: 'https://secret.example/icon.png' }), 'target'],
  ])('are not made of a render that %s, and the log says why without what it gave', async (_what, render, reason) => {
    const { add, shown, log, refusals } = setUp(render);
    await add(0);
    expect(shown.size).toBe(0);
    expect(refusals()).toEqual([reason]);
    expect(JSON.stringify(log.recent()).toLowerCase()).not.toContain('secret');
  });

  test('do not wait for a render that hangs, nor for more than 32 of them', async () => {
    const { surface, waiting, add, clock, refusals } = setUp(() => new Promise(() => undefined));
    waiting.set('a', Array.from({ length: 40 }, (_, seq) => ({ id: `n${seq}`, seq, loop: 'a', suggestions: [] }) as unknown as Nudge));
    const all = waiting.get('a')!.map(({ seq }) => surface.told({ loop: 'a', added: seq }));
    await settle();
    expect(refusals()).toEqual(Array.from({ length: 8 }, () => 'full'));
    clock.advance(5_000);
    await Promise.all(all);
    expect(refusals().filter((reason) => reason === 'render-late')).toHaveLength(32);
    const next = add(40);
    await settle();
    clock.advance(5_000);
    await next;
    expect(refusals().at(-1)).toBe('render-late');
  });

  test('want a function that renders', () => {
    for (const options of [undefined, {}, { render: 'x' }]) {
      expect(() => showNudges(options as never)).toThrow(expect.objectContaining({ code: 'options.invalid' }));
    }
  });
});

describe('a surface', () => {
  test('is told of new nudges and of those that may be gone, and of nothing else; what it throws stays with it', async () => {
    const told: unknown[] = [];
    const make = createNudgeSurface(() => ({
      told(change) {
        told.push(change);
        throw new Error('no');
      },
      stop: () => undefined,
    }));
    const held = make({ database: 'db', clock: createSimulatedClock(0), log: createLog(() => 0), api: { nudges: vi.fn() } });
    const logged = (code: 'nudge.created' | 'goal.changed') => ({ at: 0, level: 'info', code, fields: { loop: 'a', cause: 'actions', seq: 3 } }) as const;
    held.told({ type: 'log', event: logged('goal.changed') });
    held.told({ type: 'log', event: logged('nudge.created') });
    held.told({ type: 'nudges.acknowledged', loop: 'a', seqs: [1] });
    held.told({ type: 'loop.erased', loop: null });
    await held.settled();
    expect(told).toEqual([{ loop: 'a', added: 3 }, { loop: 'a' }, { loop: null }]);
  });
});
