import { expect, test } from 'vitest';
import { createMemoryPersistence, type PollResult } from 'nudgeloop/core';
import { client, createTestHost, ok, range } from './test-host.ts';

const tick = () => new Promise((resolve) => setTimeout(resolve, 5));

test.each([
  ['', {}],
  [', with settings that a page replaced since', { retentionLimit: 3 }],
])('a host that is closed while it asks a source uses its storage no more after it closed it%s', async (_title, settings) => {
  const used: string[] = [];
  const memory = createMemoryPersistence({ newId: () => 'epoch' });
  const persistence: typeof memory = {
    ...memory,
    write: (loop, work) => (used.push('write'), memory.write(loop, work)),
    read: (loop, work) => (used.push('read'), memory.read(loop, work)),
    close: async () => void used.push('close'),
  };
  let answer: (result: PollResult) => void = () => undefined;
  const source = { name: 'slow', loop: 'a', poll: () => new Promise<PollResult>((resolve) => (answer = resolve)) };
  const { host, api } = createTestHost({ sources: [source] }, persistence);
  await ok(api.hello({ protocol: range, loop: 'a', settings: {} }));
  const waking = host.wake('sync');
  await tick();
  await ok(api.hello({ protocol: range, loop: 'a', settings }));
  await ok(api.record({ loop: 'a', client, seq: 0, actions: [{ steps: 1 }] }));
  const closing = host.close();
  await tick();
  answer({ actions: [{ steps: 2 }], cursor: 1 });
  await Promise.all([closing, waking]);
  await tick();
  expect(used.at(-1)).toBe('close');
});
