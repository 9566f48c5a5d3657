// Chunks that are loaded later, loaded ahead: real time does not pass while simulated time does.
import '../../../src/page/worker/explain.ts';
import '../../../src/page/session/in-page-host.ts';
import { createMemoryPersistence, createSequentialIds } from 'nudgeloop/core';
import { createClient } from '../../../src/page/client.ts';
import type { ClientOptions } from '../../../src/page/client-options.ts';
import { createSimulatedBrowser } from '../../../src/testing/browser/simulated-browser.ts';
import type { WorkerOptions } from '../../../sw/worker-options.ts';
import { settle } from './fake-browser.ts';

type Worker = EventTarget & { state: string; postMessage(data: unknown): void };

/** A browser with a page, whose registration has other workers when the test wants. */
export function setUp(options: ClientOptions = {}, worker: WorkerOptions = {}) {
  const storage = { ...createMemoryPersistence({ newId: createSequentialIds('epoch') }), durable: true };
  const browser = createSimulatedBrowser({ worker, start: 1_750_000_000_000, seed: 1, storage });
  const page = browser.openPage();
  const registration = page.registration as unknown as EventTarget & Record<'installing' | 'waiting' | 'active', Worker | null>;
  const logged: string[] = [];
  const connect = (serviceWorker: ClientOptions['serviceWorker'] = page.registration) =>
    createClient({ serviceWorker, logSinks: [({ code, fields }) => logged.push(`${code} ${String(fields?.['reason'] ?? '')}`.trim())], ...options }, page.realm);
  /** A worker that hears everything and says nothing. */
  const mute = (state: string): Worker => Object.assign(new EventTarget(), { state, postMessage: () => undefined });
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 250) {
      browser.clock.advance(250);
      await settle();
    }
  };
  /** Another worker takes over, as after skipWaiting() or when the last page of before was closed. */
  const takeOver = (next: Worker): void => {
    const before = registration.active!;
    registration.installing = next;
    registration.dispatchEvent(new Event('updatefound'));
    Object.assign(registration, { installing: null, active: next });
    before.state = 'redundant';
    next.state = 'activated';
    next.dispatchEvent(new Event('statechange'));
  };
  return { browser, storage, page, registration, logged, connect, mute, pass, takeOver };
}
