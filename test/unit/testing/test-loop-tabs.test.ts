import { createTestLoop } from 'nudgeloop/testing';
import { describe, expect, test } from 'vitest';
import { goalState, stepsOf } from './steps-of.ts';

describe('tabs', () => {
  test('share storage and worker, and each of those in front looks at due work', async () => {
    const loop = createTestLoop({ goalState });
    const other = loop.openTab();
    await Promise.all([loop.client.ready, other.client.ready]);
    await loop.settle();
    const looks = async (): Promise<number> => {
      const before = loop.messages.sent('waking');
      await loop.advance(60_000);
      return loop.messages.sent('waking') - before;
    };
    expect(await looks()).toBe(2);
    loop.tab.hide();
    await loop.settle();
    expect(await looks()).toBe(1);
    other.close();
    expect(await looks()).toBe(0);
    loop.tab.show();
    await loop.settle();
    expect(await looks()).toBe(1);
    expect(loop.workerStarts()).toBe(1);
  });

  test('that sleep hear nothing, and catch up when they wake', async () => {
    const loop = createTestLoop({ goalState });
    const seqs: number[] = [];
    loop.client.on('nudge', ({ seq }) => seqs.push(seq));
    const other = loop.openTab();
    await loop.client.ready;
    await loop.settle();
    loop.tab.sleep();
    await other.client.record({ steps: 1 });
    await loop.settle();
    expect(seqs).toEqual([]);
    loop.tab.wake();
    await loop.settle();
    expect(seqs).toEqual([0]);
  });

  test('that are reloaded have a new client, with what is stored, and other options if wanted', async () => {
    const loop = createTestLoop({ goalState });
    const old = loop.client;
    const recording = old.record({ steps: 1 });
    await loop.settle();
    const client = loop.tab.reload({ retentionLimit: 1 });
    expect(client).toBe(loop.client);
    expect(client).not.toBe(old);
    expect(old.state().phase).toBe('disposed');
    await recording;
    await client.record({ steps: 2 });
    expect(await stepsOf(client)).toEqual([2]);
    expect((await client.inspect()).loop.goalState).toEqual(goalState);
  });

  test('that could not be reloaded with wrong options are reloaded with the old ones', async () => {
    const loop = createTestLoop({ goalState });
    await loop.client.ready;
    expect(() => loop.tab.reload({ deadline: -1 })).toThrow(expect.objectContaining({ code: 'options.invalid' }));
    const client = loop.tab.reload();
    await client.record({ steps: 1 });
    expect(await stepsOf(client)).toEqual([1]);
    loop.dispose();
  });

  test('that are hidden stay so when they are reloaded, until they are shown', async () => {
    const loop = createTestLoop({ goalState });
    const looks = async (): Promise<number> => {
      await loop.settle();
      const before = loop.messages.sent('waking');
      await loop.advance(60_000);
      return loop.messages.sent('waking') - before;
    };
    loop.tab.hide();
    await loop.reload().ready;
    expect(await looks()).toBe(0);
    loop.tab.show();
    expect(await looks()).toBe(1);
    await loop.reload().ready;
    expect(await looks()).toBe(1);
  });

  test('that are closed leave behind what they had sent, and say no more', async () => {
    const loop = createTestLoop({ goalState });
    const tab = loop.openTab();
    await tab.client.ready;
    await loop.client.ready;
    loop.messages.hold('requests');
    const waiting = tab.client.record({ steps: 1 }).catch((error: unknown) => error);
    await loop.settle();
    tab.close();
    expect(await waiting).toMatchObject({ code: 'client.disposed' });
    await expect(tab.client.record({ steps: 2 })).rejects.toMatchObject({ code: 'client.disposed' });
    loop.messages.release();
    await loop.settle();
    expect(await stepsOf(loop.client)).toEqual([1]);
  });
});
