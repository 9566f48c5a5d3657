import { createTestLoop, type TestLoopOptions } from 'nudgeloop/testing';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { clone } from '../../../src/testing/machine.ts';

const goalState = { steps: 10_000 };

/** What an app does in a test, with each kind of message. */
async function useLoop(options: TestLoopOptions = {}) {
  const loop = createTestLoop({ goalState, ...options });
  const heard: unknown[] = [];
  loop.openTab().client.on('nudge', ({ suggestions }) => heard.push(suggestions[0]?.['steps']));
  const { count } = await loop.client.record({ steps: 4_200 });
  await loop.advance(60_000);
  loop.tab.sleep();
  loop.tab.wake();
  await loop.settle();
  return { count, heard, host: loop.client.state().host };
}

const HAPPENED = { count: 1, heard: [5_000], host: 'service-worker' };

/** As jsdom under Jest, whose globals are its own. */
function stubJsdom(): void {
  onTestFinished(() => void vi.unstubAllGlobals());
  for (const name of ['structuredClone', 'MessageChannel', 'BroadcastChannel', 'TextEncoder']) vi.stubGlobal(name, undefined);
}

describe('a test loop runs', () => {
  test('where the fake timers of the runner fake microtasks too, as Jest\'s do', async () => {
    vi.useFakeTimers({ toFake: ['queueMicrotask', 'setTimeout', 'clearTimeout', 'setImmediate', 'Date'] });
    onTestFinished(() => void vi.useRealTimers());
    expect(await useLoop()).toEqual(HAPPENED);
  });

  test('in a simulated DOM without structuredClone and MessageChannel, as jsdom under Jest, also with fake timers', async () => {
    stubJsdom();
    expect(await useLoop()).toEqual(HAPPENED);
    vi.useFakeTimers({ toFake: ['queueMicrotask', 'setTimeout', 'clearTimeout', 'setImmediate', 'Date'] });
    onTestFinished(() => void vi.useRealTimers());
    expect(await useLoop()).toEqual(HAPPENED);
    expect(await useLoop({ serviceWorker: 'unsupported' })).toEqual({ ...HAPPENED, host: 'page' });
  });
});

describe('what is sent there', () => {
  test('is copied, and refused if it can\'t be, as by a browser', () => {
    stubJsdom();
    const sent = { list: [1, { at: new Date(5) }], nothing: undefined };
    const copy = clone(sent);
    expect(copy).toEqual(sent);
    expect(copy).not.toBe(sent);
    expect(() => clone({ run: () => undefined })).toThrow('could not be cloned');
  });

  test('is not called bad data where nothing can copy it', () => {
    stubJsdom();
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined);
    onTestFinished(() => void vi.restoreAllMocks());
    expect(() => clone(1)).toThrow('structuredClone');
  });
});
