import { expect, test } from 'vitest';
import { storageError } from '../../../src/storage/indexeddb/storage-error.ts';

test.each([
  [new DOMException('no', 'AbortError'), 'AbortError'],
  [Object.assign(new Error('no'), { name: 'steps: 4200' }), 'an error'],
])('what a database fails with is named where that looks like a name: %s', (thrown, seen) => {
  const error = storageError(thrown);
  expect(error).toMatchObject({ code: 'storage.failed', details: { seen } });
  expect(error.message).toContain(`failed with ${seen}`);
});
