import { expect, test } from 'vitest';
import { createFollowUp } from '../../../src/host/follow-up.ts';

const call = ['importLoop', { loop: 'a' }, { ok: true, value: { actions: 1 } }] as const;

test('a follow-up that fails keeps none of those behind it from being done', async () => {
  let pokes = 0;
  const followUp = createFollowUp(async () => {
    pokes += 1;
    if (pokes === 1) throw new Error('no storage');
    return { processed: pokes, polled: 0, nextAt: null };
  });
  const first = followUp(...call);
  await Promise.resolve();
  await Promise.resolve();
  const next = [followUp(...call), followUp(...call)];
  expect(await Promise.all([first, ...next])).toEqual([undefined, { processed: 2, polled: 0, nextAt: null }, { processed: 2, polled: 0, nextAt: null }]);
  expect(await followUp(...call)).toMatchObject({ processed: 3 });
});
