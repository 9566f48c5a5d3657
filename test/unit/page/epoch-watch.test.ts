import { createLog, epochAfterErasure } from 'nudgeloop/core';
import { expect, test } from 'vitest';
import { createEpochWatch } from '../../../src/page/session/epoch-watch.ts';

/** A page whose greeting was refused, so that it knows no epoch though it has a worker, and what its one loop is told. */
function setUp() {
  const told: string[] = [];
  const member = {
    name: 'default',
    lost: (isErased: boolean) => void told.push(isErased ? 'erased' : 'lost'),
    emit: (event: string) => void told.push(`event ${event}`),
    hear: () => undefined,
  };
  const watch = createEpochWatch({ members: [member], patch: () => undefined, log: createLog(() => 0), isConnected: () => true, ask: async () => undefined, onLost: () => undefined });
  return { told, watch };
}

const announced = { type: 'loop.erased', loop: null } as const;
const once = ['erased', 'event erased'];

test('an app that erases all, and whose page knew no epoch, hears of it once, though it is announced before it is answered', () => {
  const { told, watch } = setUp();
  watch.hear('epoch-2', announced);
  expect(told).toEqual(once);
  watch.note('epoch-2');
  watch.noteErasure(undefined);
  expect(told).toEqual(once);
});

test('so does one to which it is answered first', () => {
  const { told, watch } = setUp();
  watch.note('epoch-2');
  watch.noteErasure(undefined);
  expect(told).toEqual(once);
  watch.hear('epoch-2', announced);
  expect(told).toEqual(once);
});

/** A page that knows the first epoch, and whose questions for the epoch are answered when the test says so. */
function setUpKnowing(epoch: string) {
  const told: string[] = [];
  let answer = (): void => undefined;
  const member = {
    name: 'default',
    lost: (isErased: boolean) => void told.push(isErased ? 'erased' : 'lost'),
    emit: (event: string) => void told.push(`event ${event}`),
    hear: ({ type }: { readonly type: string }) => void told.push(type),
  };
  const ask = () => new Promise<void>((resolve) => (answer = resolve));
  const watch = createEpochWatch({ members: [member], patch: () => undefined, log: createLog(() => 0), isConnected: () => true, ask, onLost: () => undefined });
  watch.note(epoch);
  const answered = async (next: string): Promise<void> => {
    watch.note(next);
    answer();
    await Promise.resolve();
  };
  return { told, watch, answered };
}

const changed = { type: 'loop.changed', loop: 'default', revision: 1, outbox: 0 } as const;

test('a change that is announced before the page knows of the database that it is in is told once that is known', async () => {
  const { told, watch, answered } = setUpKnowing('first');
  watch.hear('second', changed);
  expect(told).toEqual([]);
  await answered('second');
  expect(told).toEqual(['lost', 'event epoch.reset', 'loop.changed']);
});

test('a change in another database, such as one that a tab keeps in memory, is told to nobody', async () => {
  const { told, watch, answered } = setUpKnowing('first');
  watch.hear('second', changed);
  await answered('first');
  expect(told).toEqual([]);
});

test('a database that is there again after memory stood in for it is told of, also if it began with an erasure', () => {
  const erased = epochAfterErasure('second');
  const { told, watch } = setUpKnowing('first');
  watch.note(erased);
  expect(told.splice(0)).toEqual(once);
  watch.note('in memory');
  expect(told.splice(0)).toEqual(['lost', 'event epoch.reset']);
  watch.note(erased);
  expect(told).toEqual(['lost', 'event epoch.reset']);
});
