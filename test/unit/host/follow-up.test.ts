import { expect, test } from 'vitest';
import { createFollowUp } from '../../../src/host/follow-up.ts';

const call = ['importLoop', { loop: 'a' }, { ok: true, value: { actions: 1 } }] as const;

test('a follow-up that fails keeps none of those behind it from being done, and these share one', async () => {
  let pokes = 0;
  let fail = (_reason: Error): void => undefined;
  const followUp = createFollowUp(async () => {
    pokes += 1;
    if (pokes === 1) await new Promise((_resolve, reject) => (fail = reject));
    return { processed: pokes, polled: 0, nextAt: null };
  });
  const first = followUp(...call);
  const next = [followUp(...call), followUp(...call)];
  fail(new Error('no storage'));
  expect(await Promise.all([first, ...next])).toEqual([undefined, { processed: 2, polled: 0, nextAt: null }, { processed: 2, polled: 0, nextAt: null }]);
  expect(await followUp(...call)).toMatchObject({ processed: 3 });
});
