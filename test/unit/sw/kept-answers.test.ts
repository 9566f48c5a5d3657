import { expect, test, vi } from 'vitest';
import { apply, setUp } from './endpoint-harness.ts';

test.each(['history', 'record', 'hello'])('runs %s once: a copy that comes after the answer gets that one, and would else act behind what came since', async (method) => {
  const call = vi.fn(async () => ({ ok: true, value: { of: 'the first' }, epoch: 'of then' }));
  const { send } = setUp({ [method]: call });
  const first = apply(method, { id: 'the same' });
  const [answer] = (await send(first)).replies;
  await send(apply('record', { id: 'another' }, { order: 1 }));
  expect((await send(first)).replies.at(-1)).toEqual({ ...answer, value: { ...answer?.value, epoch: undefined } });
  expect(call).toHaveBeenCalledTimes(method === 'record' ? 2 : 1);
});

test.each([
  ['large', { ok: true, value: Array.from({ length: 10_000 }, (_, steps) => ({ steps })) }, 1],
  ['older than any that a page sends again', { ok: true, value: [] }, 128],
])('keeps no answer that is %s, though a page waits for what it called before', async (_what, answer, later) => {
  const { api, send } = setUp({ history: vi.fn(async () => answer) });
  const first = apply('history', { id: 'first' });
  await send(first);
  for (let order = 1; order <= later; order += 1) await send(apply('record', { id: `id-${order}` }, { order }));
  expect((await send(first)).replies).toMatchObject([{ value: answer }]);
  expect(api.history).toHaveBeenCalledTimes(2);
});

test('keeps each answer that a page may ask for again, however many came since', async () => {
  const { api, send } = setUp();
  const first = apply('history', { id: 'first' });
  await send(first);
  for (let order = 1; order < 128; order += 1) await send(apply('record', { id: `id-${order}` }, { order }));
  for (let of = 0; of < 15; of += 1) {
    for (let order = 0; order < 128; order += 1) await send(apply('record', { id: `id-${order}` }, { client: `client-of-${of}`, order }));
  }
  await send(first);
  expect(api.history).toHaveBeenCalledOnce();
});

test('keeps no more than 2,048 answers, though each client that is gone leaves its last one', async () => {
  const { api, send } = setUp();
  const first = apply('history', { id: 'first' });
  await send(first);
  for (let of = 0; of < 2_047; of += 1) await send(apply('record', { id: 'last' }, { client: `client-of-${of}` }));
  await send(first);
  expect(api.history).toHaveBeenCalledTimes(1);
  await send(apply('record', { id: 'last' }, { client: 'one-more-client' }));
  await send(first);
  expect(api.history).toHaveBeenCalledTimes(2);
});

test('tells the copy of a record that it is one, and leaves nudges that others may have acknowledged since to the outbox', async () => {
  const { send } = setUp({ record: async () => ({ ok: true, value: { receipt: { id: 'r', duplicate: false }, nudges: [{ seq: 0 }], isPending: false } }) });
  await send(apply('record'));
  const { replies } = await send(apply('record'));
  expect(replies.at(-1)?.value).toEqual({ ok: true, value: { receipt: { id: 'r', duplicate: true }, nudges: [], isPending: false } });
});

test('runs no late copy of a call whose answer its client has, and runs what it still waits for', async () => {
  const { api, send } = setUp();
  await send(apply('record', { id: 'first' }, { order: 0 }));
  await send(apply('history', { id: 'second' }, { order: 1, first: 1 }));
  const { replies, holds } = await send(apply('record', { id: 'first' }, { order: 0 }));
  expect([replies, holds]).toEqual([[], []]);
  await send(apply('record', { id: 'third' }, { order: 2, first: 2 }));
  expect(api.record).toHaveBeenCalledTimes(2);
});

test.each(['suggestActions', 'erase', 'poke'])('runs %s though later calls were answered, since a page counts those that are sent again without it', async (method) => {
  const call = vi.fn(async () => ({ ok: true, value: {} }));
  const { send } = setUp({ [method]: call });
  await send(apply('record', { id: 'later' }, { order: 7, first: 7 }));
  await send(apply(method, { id: 'slow' }, { order: 3 }));
  expect(call).toHaveBeenCalledOnce();
});

test('takes all that a client may have under way, however many copies of each came', async () => {
  const { api, send } = setUp({ history: () => new Promise(() => undefined) });
  for (let copy = 0; copy < 5; copy += 1) {
    for (let order = 0; order < 127; order += 1) void send(apply('history', { id: `id-${order}` }, { order }));
  }
  const { replies } = await send(apply('record', { id: 'the last' }, { order: 127 }));
  expect(replies).toMatchObject([{ value: { ok: true } }]);
  expect(api.record).toHaveBeenCalledOnce();
});

test('never runs a call of which it said that nothing was taken, though a copy comes when there is room again', async () => {
  const finish: (() => void)[] = [];
  const { api, send } = setUp({ history: () => new Promise((resolve) => finish.push(() => resolve({ ok: true, value: [] }))) });
  const under = Array.from({ length: 512 }, (_, index) => send(apply('history', { id: `id-${index}` })));
  const isFull = { value: { ok: false, error: { code: 'queue.full' } } };
  expect((await send(apply('record', { id: 'full' }))).replies).toMatchObject([isFull]);
  finish.forEach((run) => run());
  await Promise.all(under);
  expect((await send(apply('record', { id: 'full' }))).replies.at(-1)).toMatchObject(isFull);
  expect(api.record).not.toHaveBeenCalled();
  expect((await send(apply('record', { id: 'anew' }))).replies).toMatchObject([{ value: { ok: true } }]);
});
