import { createTestLoop } from 'nudgeloop/testing';
import { describe, expect, test } from 'vitest';
import { goalState, stepsOf } from './steps-of.ts';

describe('messages', () => {
  const record = async (loop: ReturnType<typeof createTestLoop>) => {
    const recording = loop.client.record({ steps: 1 });
    await loop.settle();
    loop.messages.heal();
    await loop.advance(1_000);
    return recording;
  };

  test.each(['requests', 'waking', 'answers', 'hints', undefined] as const)('(%s) that are lost are sent again, and the call counts once', async (kind) => {
    const loop = createTestLoop({ goalState });
    await loop.client.ready;
    loop.messages.lose(kind);
    // Of an answer that was lost, the receipt that is stored tells the copy.
    expect(await record(loop)).toMatchObject({ count: 1, duplicate: kind === 'answers' });
    expect(await stepsOf(loop.client)).toEqual([1]);
  });

  test('that come twice count once', async () => {
    const loop = createTestLoop({ goalState });
    const seqs: number[] = [];
    loop.client.on('nudge', ({ seq }) => seqs.push(seq));
    loop.messages.double();
    await loop.client.record({ steps: 1 });
    await loop.client.record({ steps: 2 });
    await loop.settle();
    expect(await stepsOf(loop.client)).toEqual([1, 2]);
    expect(seqs).toEqual([0, 1]);
  });

  test('that are held arrive when they are released', async () => {
    const loop = createTestLoop({ goalState });
    await loop.client.ready;
    loop.messages.hold('answers');
    const recording = loop.client.record({ steps: 1 });
    await loop.settle();
    loop.messages.release();
    expect(await recording).toMatchObject({ duplicate: false });
  });

  test('of which nobody hears are made up for when the tab is shown again', async () => {
    const loop = createTestLoop({ goalState });
    const seqs: number[] = [];
    loop.client.on('nudge', ({ seq }) => seqs.push(seq));
    const other = loop.openTab();
    await other.client.ready;
    // Its first poll is over, which would bring the nudge too.
    await loop.settle();
    loop.messages.lose('hints');
    await other.client.record({ steps: 1 });
    await loop.settle();
    expect(seqs).toEqual([]);
    loop.tab.hide();
    loop.tab.show();
    await loop.settle();
    expect(seqs).toEqual([0]);
  });
});
