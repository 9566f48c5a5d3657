import { expect, test } from 'vitest';
import { startWorker } from '../../../sw/start-worker.ts';

test('startWorker outside a service worker says where it belongs', () => {
  const call = expect(() => startWorker());
  call.toThrow(expect.objectContaining({ name: 'NudgeloopError', code: 'worker.unavailable' }));
  call.toThrow(/top level of the script/);
});
