import { describe, expect, test } from 'vitest';
import { settle } from '../../../src/testing/settle.ts';
import { client, createTestHost, ok } from './test-host.ts';

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
