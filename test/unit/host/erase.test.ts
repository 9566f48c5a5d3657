import { createMemoryActionSource, createMemoryPersistence, createSequentialIds, type Action } from 'nudgeloop/core';
import { describe, expect, test } from 'vitest';
import { createStrategyRegistry } from '../../../src/loop/strategies/strategy-registry.ts';
import { settle } from '../../../src/testing/settle.ts';
import { client, createTestHost, ok, range } from './test-host.ts';

type Api = ReturnType<typeof createTestHost>['api'];

const typesOf = (heard: ReturnType<typeof createTestHost>['heard']): string[] => heard.map(({ event }) => event.type).filter((type) => type !== 'log');

const stepsIn = async (api: Api, loop: string): Promise<unknown[]> => (await ok(api.history({ loop }))).map(({ action }) => action['steps']);

describe('an erasure', () => {
  test.each(['x', null])('of %j takes what was asked for before it, also of a loop that nobody used yet and that waits behind another erasure', async (loop) => {
    const { api } = createTestHost();
    await ok(api.record({ loop: 'other', client, seq: 0, actions: [{ steps: 1 }] }));
    const calls = [api.erase({ loop: 'other' }), api.record({ loop: 'x', client, seq: 0, actions: [{ steps: 7 }] }), api.erase({ loop }), api.record({ loop: 'x', client, seq: 1, actions: [{ steps: 8 }] })] as const;
    expect(await ok(calls[2])).toMatchObject({ loops: ['x'], actions: 1 });
    await Promise.all(calls);
    expect(await stepsIn(api, 'x')).toEqual([8]);
  });

  test.each([0, 1, 2, 5, 50])('takes what was asked before it, and nothing that is asked behind it, though each call takes %i microtasks more than it', async (steps) => {
    for (const [loop, isUsed] of [['a', true], ['a', false], [null, true], [null, false]] as const) {
      const { api } = createTestHost({}, undefined, steps);
      if (isUsed) await ok(api.record({ loop: 'a', client, seq: 0, actions: [{ steps: 1 }] }));
      const before = [api.record({ loop: 'a', client, seq: 1, actions: [{ steps: 2 }] }), api.suggestActions({ loop: 'a', history: [], actions: [{ steps: 3 }] }), api.history({ loop: 'a' })] as const;
      const erasing = api.erase({ loop });
      const behind = [api.record({ loop: 'a', client, seq: 2, actions: [{ steps: 4 }] }), api.history({ loop: 'a' })] as const;
      expect((await ok(before[2])).map(({ action }) => action['steps'])).toEqual(isUsed ? [1, 2, 3] : [2, 3]);
      expect(await ok(erasing)).toMatchObject({ actions: isUsed ? 3 : 2 });
      expect((await ok(behind[1])).map(({ action }) => action['steps'])).toEqual([4]);
      expect(await Promise.all([...before, ...behind])).toMatchObject(Array.from({ length: 5 }, () => ({ ok: true })));
    }
  });

  test('is told before anything of the next life, and what the realm shows for that is left alone', async () => {
    let isErasing = false;
    const seen: boolean[] = [];
    const { api, heard } = createTestHost({
      eraseRealm: async () => {
        isErasing = true;
        await settle();
        isErasing = false;
        return { notifications: 0, tags: 0 };
      },
      told: ({ type }) => void (type === 'loop.changed' && seen.push(isErasing)),
    });
    await ok(api.record({ loop: 'a', client, seq: 0, actions: [{ steps: 1 }] }));
    await settle();
    const [from, told] = [typesOf(heard).length, seen.length];
    await Promise.all([api.erase({ loop: 'a' }), api.setGoalState({ loop: 'a', goalState: { steps: 10 } })]);
    await settle();
    expect(typesOf(heard).slice(from)).toEqual(['loop.erased', 'loop.changed']);
    expect(seen.slice(told)).toEqual([false]);
  });

  test('holds a wake-up back until it is told: what a source brings belongs to the next life', async () => {
    const source = createMemoryActionSource('watch', 'a');
    const events: string[] = [];
    const { api, host } = createTestHost({
      sources: [source],
      eraseRealm: async () => {
        source.push({ steps: 2 });
        const { polled } = await Promise.race([host.wake('push'), settle().then(() => ({ polled: 0 }))]);
        events.push(`closes notifications after ${polled} polled`);
        return { notifications: 0, tags: 0 };
      },
      told: ({ type }) => void (type === 'loop.changed' && events.push(type)),
    });
    await ok(api.record({ loop: 'a', client, seq: 0, actions: [{ steps: 1 }] }));
    events.length = 0;
    await ok(api.erase({ loop: 'a' }));
    await settle();
    expect(events).toEqual(['closes notifications after 0 polled', 'loop.changed']);
    expect(await stepsIn(api, 'a')).toEqual([2]);
  });

  test.each([
    ['at work', 'a'],
    ['at work', null],
    ['that was not used since the host began', 'a'],
    ['that was not used since the host began', null],
  ])('keeps the settings of a loop %s for what is asked right behind it, of %s', async (state, loop) => {
    const strategies = createStrategyRegistry({ mine: () => ({ trusted: true, suggestActions: (_history, actions) => actions.map((action) => ({ ...action, mine: true })) }) });
    const before = createTestHost({ strategies });
    await ok(before.api.hello({ loop: 'a', protocol: range, settings: { strategy: { type: 'mine' }, retentionLimit: 1 } }));
    const { api } = state === 'at work' ? before : createTestHost({ strategies }, before.persistence);
    const calls = [
      api.erase({ loop }),
      api.setGoalState({ loop: 'a', goalState: { steps: 10 } }),
      api.record({ loop: 'a', client, seq: 0, actions: [{ steps: 1 }] }),
      api.record({ loop: 'a', client, seq: 1, actions: [{ steps: 2 }] }),
    ] as const;
    const { nudges } = await ok(calls[2]);
    expect(nudges).toMatchObject([{ suggestions: [{ mine: true }] }]);
    await ok(calls[3]);
    expect(await stepsIn(api, 'a')).toEqual([2]);
  });

  test('stores no settings: the next greeting does', async () => {
    const settings = { retentionLimit: 5 };
    const { api, persistence } = createTestHost();
    await ok(api.hello({ loop: 'a', protocol: range, settings }));
    await ok(api.erase({ loop: null }));
    expect(await persistence.loops()).toEqual([]);
    await ok(api.hello({ loop: 'a', protocol: range, settings }));
    const { api: later } = createTestHost({}, persistence);
    expect((await ok(later.inspect({ loop: 'a' }))).host.settings).toEqual(settings);
  });

  test.each(['a', null])('of %j ends a suggestion that was asked of a loop of which nothing was stored yet: its actions stay gone', async (loop) => {
    for (const isRegreeted of [false, true]) {
      let answer = (): void => undefined;
      const slow = () => ({ suggestActions: (_history: unknown, actions: readonly Action[]) => new Promise<readonly Action[]>((resolve) => (answer = () => resolve(actions))) });
      const { api } = createTestHost({ strategies: createStrategyRegistry({ simple: slow }) });
      await ok(api.hello({ loop: 'a', protocol: range, settings: {} }));
      const suggesting = api.suggestActions({ loop: 'a', history: [], actions: [{ steps: 1 }] });
      await settle();
      if (isRegreeted) await ok(api.hello({ loop: 'a', protocol: range, settings: { strategy: { type: 'personality' } } }));
      await ok(api.erase({ loop }));
      answer();
      expect(await suggesting).toMatchObject({ ok: false, error: { code: 'epoch.reset' } });
      expect(await stepsIn(api, 'a')).toEqual([]);
    }
  });

  test('waits for no strategy that a poke is at', async () => {
    const hanging = () => ({ suggestActions: () => new Promise<readonly Action[]>(() => undefined) });
    const { api } = createTestHost({ strategies: createStrategyRegistry({ simple: hanging }) });
    await ok(api.setGoalState({ loop: 'a', goalState: { steps: 10 } }));
    await ok(api.record({ loop: 'a', client, seq: 0, actions: [{ steps: 1 }] }));
    void api.poke({ loop: 'a' });
    expect(await ok(api.erase({ loop: 'a' }))).toMatchObject({ pending: 1 });
  });

  test.each([
    ['a', [['memory-1', 'of memory'], ['database-1', 'of the database']]],
    [null, [['erased-memory-2', undefined], ['erased-database-2', undefined]]],
  ])('of %j is told also to tabs that have the database for which memory stands here, by the life that ended there', async (loop, expected) => {
    const database = createMemoryPersistence({ newId: createSequentialIds('database') });
    const { api: there } = createTestHost({ newId: () => 'of the database' }, database);
    const memory = { ...createMemoryPersistence({ newId: createSequentialIds('memory') }), replaces: database };
    const { api, heard } = createTestHost({ newId: () => 'of memory', persistence: memory });
    for (const each of [there, api]) await ok(each.record({ loop: 'a', client, seq: 0, actions: [{ steps: 1 }] }));
    await ok(api.erase({ loop }));
    await settle();
    const told = heard.flatMap(({ epoch, event }) => (event.type === 'loop.erased' ? [[epoch, event.incarnation]] : []));
    expect(told).toEqual(expected);
  });

  test('that is refused holds nothing back afterwards', async () => {
    const { api, persistence } = createTestHost();
    await ok(api.record({ loop: 'a', client, seq: 0, actions: [{ steps: 1 }] }));
    const { write } = persistence;
    let isBroken = true;
    persistence.write = (...given) => (isBroken ? Promise.reject(new Error('broken')) : write(...given));
    const erasing = api.erase({ loop: 'a' });
    const reading = stepsIn(api, 'a');
    expect(await erasing).toMatchObject({ ok: false });
    isBroken = false;
    expect(await reading).toEqual([1]);
    await ok(api.record({ loop: 'a', client, seq: 1, actions: [{ steps: 2 }] }));
    expect(await stepsIn(api, 'a')).toEqual([1, 2]);
  });
});
