import { createTestLoop } from 'nudgeloop/testing';
import { expect, test, vi } from 'vitest';

test('a test loop runs in a real browser too, and leaves that alone', async () => {
  // Of this frame: what is stored is shared with the tests beside it.
  const opened = vi.spyOn(indexedDB, 'open');
  const loop = createTestLoop({ goalState: { steps: 10_000 } });
  const other = loop.openTab();
  const seqs: number[] = [];
  other.client.on('nudge', ({ seq }) => seqs.push(seq));
  await loop.client.record({ steps: 4_000 });
  loop.killWorker('after-commit');
  const recording = loop.client.record({ steps: 5_000 });
  await loop.advance(60_000);
  expect(await recording).toMatchObject({ count: 1, duplicate: true });
  loop.storage.failWrites('storage.quota');
  await expect(loop.client.record({ steps: 6_000 })).rejects.toMatchObject({ code: 'storage.quota' });
  loop.storage.heal();
  await loop.client.record({ steps: 7_000 });
  await loop.settle();
  expect(seqs).toEqual([0, 1, 2]);
  expect(await navigator.serviceWorker.getRegistrations()).toEqual([]);
  expect(opened).not.toHaveBeenCalled();
});

test('the page hosts the loop there, over the storage of the test', async () => {
  const loop = createTestLoop({ goalState: { steps: 10_000 }, serviceWorker: 'unsupported' });
  expect(await loop.client.record({ steps: 4_000 })).toMatchObject({ durable: true });
  expect(loop.reload().state().phase).toBe('connecting');
  expect(await loop.client.history()).toHaveLength(1);
});
