import { isNudgeloopError, NudgeloopError } from 'nudgeloop/core';
import { describe, expect, test } from 'vitest';

describe('an error that crosses to another realm', () => {
  test.each([
    ['with details', new NudgeloopError('queue.full', 'Too many.', { limit: 3 }), { code: 'queue.full', message: 'Too many.', details: { limit: 3 } }],
    ['without details', new NudgeloopError('queue.full', 'Too many.'), { code: 'queue.full', message: 'Too many.' }],
    // Its cause may quote what the app passed.
    ['with a cause', new NudgeloopError('queue.full', 'Too many.', undefined, { cause: new Error('secret') }), { code: 'queue.full', message: 'Too many.' }],
  ])('is plain data on its way, and the same error there: %s', (_title, error, data) => {
    expect(error.toData()).toStrictEqual(data);
    const there = NudgeloopError.fromData(structuredClone(error.toData()));
    expect(isNudgeloopError(there, 'queue.full')).toBe(true);
    expect(isNudgeloopError(there, 'internal')).toBe(false);
    expect(there.toData()).toStrictEqual(data);
  });
});
