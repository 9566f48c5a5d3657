import { createTestLoop } from 'nudgeloop/testing';
import { afterEach, expect, test, vi } from 'vitest';
import { settle } from '../../../src/testing/settle.ts';

const touched: string[] = [];
const kept = new Map<string, PropertyDescriptor | undefined>();

/** Makes a global that tells when it is looked at. */
function watch(name: string): void {
  Object.defineProperty(globalThis, name, {
    configurable: true,
    get() {
      touched.push(name);
      return undefined;
    },
  });
}

afterEach(() => {
  for (const [name, descriptor] of kept) {
    if (descriptor === undefined) Reflect.deleteProperty(globalThis, name);
    else Object.defineProperty(globalThis, name, descriptor);
  }
  kept.clear();
});

test('to import the testing entry touches nothing of the realm', async () => {
  vi.resetModules();
  const names = ['window', 'document', 'indexedDB', 'EventTarget', 'MessageEvent', 'MessageChannel', 'BroadcastChannel', 'structuredClone', 'caches', 'location'];
  // All of them first: Node 26 makes some when it is asked for them, from others.
  for (const name of names) kept.set(name, Object.getOwnPropertyDescriptor(globalThis, name));
  names.forEach(watch);
  const testing = await import('../../../src/testing.ts');
  expect(touched).toEqual([]);
  expect(Object.keys(testing)).toContain('createTestLoop');
});

test('where there are no channels at all, what happens is waited for all the same', async () => {
  vi.stubGlobal('MessageChannel', undefined);
  vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined);
  let hasHappened = false;
  setTimeout(() => void (hasHappened = true), 0);
  await settle();
  expect(hasHappened).toBe(true);
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

test('fake timers of the runner are no hindrance', async () => {
  vi.useFakeTimers();
  const loop = createTestLoop({ goalState: { steps: 10 } });
  await loop.client.record({ steps: 1 });
  await loop.advance(60_000);
  expect(await loop.client.nudges()).toHaveLength(1);
  vi.useRealTimers();
});
