import { createTestLoop } from 'nudgeloop/testing';
import { expect, test } from 'vitest';

const ways = [
  ['its announcement was lost', 'poll'],
  ['the worker died before it told anybody', 'poll'],
  ['its announcement was lost', 'call of poke()'],
] as const;

test.each(ways)('a tab that missed an erasure, since %s, hears of it with the next %s, and gets the nudges of the next life', async (why, way) => {
  const loop = createTestLoop({ goalState: { steps: 10 } });
  const other = loop.openTab({});
  const heard: unknown[] = [];
  const erased: unknown[] = [];
  loop.client.on('nudge', ({ suggestions }) => void heard.push(suggestions[0]?.['n']));
  loop.client.on('erased', (event) => void erased.push(event));
  await loop.client.record({ n: 1 });
  if (why.startsWith('the worker')) loop.killWorker('after-commit');
  loop.messages.lose('hints');
  await Promise.all([other.client.erase().catch(() => undefined), loop.advance(11_000)]);
  await other.client.setGoalState({ steps: 20 });
  await other.client.record({ n: 2 });
  loop.messages.heal();
  expect(erased).toEqual([]);
  const poked = way === 'poll' ? undefined : loop.client.poke();
  await loop.advance(way === 'poll' ? 60_000 : 100);
  if (poked !== undefined) expect(await poked).toEqual({ processed: 0, polled: 0, nextAt: null });
  expect(heard).toEqual([1, 2]);
  expect(erased).toEqual([{ loop: 'default' }]);
});
