import { createLog } from 'nudgeloop/core';
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
