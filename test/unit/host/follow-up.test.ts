import { expect, test } from 'vitest';
import { createFollowUp } from '../../../src/host/follow-up.ts';
import { settle } from '../../../src/testing/settle.ts';

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

/** A follow-up whose runs last until a test ends them. */
function slowFollowUp() {
  const ends: (() => void)[] = [];
  let running = 0;
  const followUp = createFollowUp(async () => {
    running += 1;
    await new Promise<void>((resolve) => ends.push(resolve));
    running -= 1;
    return { processed: ends.length, polled: 0, nextAt: null };
  });
  return { followUp, ends, atWork: () => running };
}

test('calls that come while the work of an earlier one goes on share one run, which begins when that has ended', async () => {
  const { followUp, ends, atWork } = slowFollowUp();
  const all = [followUp(...call)];
  for (let later = 0; later < 3; later += 1) {
    await settle();
    expect([atWork(), ends.length]).toEqual([1, 1]);
    all.push(followUp(...call));
  }
  await settle();
  ends[0]!();
  await settle();
  expect([atWork(), ends.length]).toEqual([1, 2]);
  ends[1]!();
  expect((await Promise.all(all)).map((done) => done?.processed)).toEqual([1, 2, 2, 2]);
});

test('what comes during the second of two runs in a row waits for it too', async () => {
  const { followUp, ends, atWork } = slowFollowUp();
  const all = [followUp(...call)];
  await settle();
  all.push(followUp(...call));
  await settle();
  ends[0]!();
  await settle();
  all.push(followUp(...call), followUp(...call));
  await settle();
  expect([atWork(), ends.length]).toEqual([1, 2]);
  ends[1]!();
  await settle();
  expect([atWork(), ends.length]).toEqual([1, 3]);
  ends[2]!();
  expect((await Promise.all(all)).map((done) => done?.processed)).toEqual([1, 2, 3, 3]);
});
