import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { initialLoopState, STATE_VERSION } from '../../../src/loop/state/loop-state.ts';
import { readLoopState } from '../../../src/loop/state/read-loop-state.ts';
import { readBroadcast } from '../../../src/protocol/events.ts';
import { requestSchemas } from '../../../src/protocol/requests.ts';
import { PROTOCOL_VERSION } from '../../../src/protocol/version.ts';
import { commonProtocol } from '../../../src/protocol/common-protocol.ts';
import { DATABASE_VERSION } from '../../../src/storage/indexeddb/schema.ts';

const digestOf = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);

describe('versions', () => {
  test('a change of what a page may send forces a look at the protocol version', () => {
    // If this fails: is every change an addition that an older worker may ignore? Then only renew the digest.
    // Else raise PROTOCOL_VERSION, keep reading the old form, and renew it.
    const shapes = Object.entries(requestSchemas).map(([method, schema]) => [method, z.toJSONSchema(schema(), { unrepresentable: 'any' })]);
    expect([PROTOCOL_VERSION, digestOf(shapes)]).toMatchInlineSnapshot(`
      [
        1,
        "ba27fb6264c8521f",
      ]
    `);
  });

  test('a change of what is stored forces a look at the storage versions', () => {
    expect([DATABASE_VERSION, STATE_VERSION, digestOf(initialLoopState())]).toMatchInlineSnapshot(`
      [
        1,
        1,
        "686a3b708931940d",
      ]
    `);
  });

  test.each([
    [{ min: 1, max: 3 }, { min: 2, max: 5 }, 3],
    [{ min: 1, max: 1 }, { min: 1, max: 9 }, 1],
    [{ min: 1, max: 1 }, { min: 2, max: 9 }, undefined],
  ])('of %j and %j, %s is spoken', (own, other, expected) => {
    expect(commonProtocol(own, other)).toBe(expected);
    expect(commonProtocol(other, own)).toBe(expected);
  });

  test('a state of a newer version is left alone, and one of ours keeps what it does not know', () => {
    expect(() => readLoopState({ version: STATE_VERSION + 1 })).toThrow(expect.objectContaining({ code: 'storage.newer' }));
    expect(() => readLoopState({ steps: 1 })).toThrow(expect.objectContaining({ code: 'message.invalid' }));
    expect(readLoopState({ version: 1, revision: 3, fromTheFuture: true })).toMatchObject({ revision: 3, fromTheFuture: true, backoff: null });
  });
});

describe('a broadcast', () => {
  const heard = { nudgeloop: 1, epoch: 'e', event: { type: 'loop.changed', loop: 'a', revision: 1, outbox: 2 } };

  test('of ours is read, with additions that a newer version made', () => {
    expect(readBroadcast(heard)).toBe(heard);
    expect(readBroadcast({ ...heard, more: 1 })?.event).toEqual(heard.event);
  });

  test.each([
    [null], ['text'], [{}], [{ ...heard, epoch: 1 }], [{ ...heard, event: null }], [{ ...heard, event: { type: 'unknown' } }],
    [{ ...heard, event: { ...heard.event, outbox: -1 } }], [{ ...heard, event: { ...heard.event, revision: '1' } }],
    [{ ...heard, event: { type: 'nudges.acknowledged', loop: 'a', seqs: [0.5] } }],
    [{ ...heard, event: { type: 'loop.erased' } }], [{ ...heard, event: { type: 'log', event: {} } }],
  ])('of %j is ignored', (data) => {
    expect(readBroadcast(data)).toBeUndefined();
  });
});
