import { afterEach, describe, expect, test, vi } from 'vitest';
import { createPageRealm } from '../../../src/page/page-realm.ts';

afterEach(() => void vi.unstubAllGlobals());

test('where the browser refuses the site all storage, and throws at the mere look at some of it, a client can be made all the same', () => {
  const refuse = (): never => {
    throw new DOMException('The operation is insecure.', 'SecurityError');
  };
  vi.stubGlobal('document', {});
  vi.stubGlobal('window', { location: new URL('https://app.example/'), isSecureContext: true });
  vi.stubGlobal('navigator', Object.defineProperty({}, 'serviceWorker', { get: refuse }));
  vi.stubGlobal('BroadcastChannel', class { constructor() { refuse(); } });
  const realm = createPageRealm();
  expect(realm.serviceWorker).toBeUndefined();
  expect(realm.openChannel('nudgeloop')).toBeUndefined();
});

test('a browser without channels has none', () => {
  vi.stubGlobal('document', {});
  vi.stubGlobal('navigator', {});
  vi.stubGlobal('window', { location: new URL('https://app.example/'), isSecureContext: true });
  vi.stubGlobal('BroadcastChannel', undefined);
  expect(createPageRealm().openChannel('nudgeloop')).toBeUndefined();
});

test.each([
  ['https://app.example/', true, undefined],
  // An app may let its own scheme have workers.
  ['app://shell/index.html', true, undefined],
  ['http://app.example/', false, 'insecure'],
  // Absent, as in jsdom.
  ['http://localhost:3000/', undefined, undefined],
  ['file:///home/me/index.html', true, 'unsupported'],
  ['about:srcdoc', true, 'unsupported'],
  ['about:blank', undefined, 'unsupported'],
  ['blob:https://app.example/0b5cbf2d-16b1-4f0a-9a4a-5e1b5c8f0a11', true, 'unsupported'],
  ['data:text/html,hello', false, 'unsupported'],
])('a page at %s, whose isSecureContext is %s, is told before any try why it can have no worker: %s', (address, isSecureContext, reason) => {
  vi.stubGlobal('document', {});
  vi.stubGlobal('navigator', {});
  vi.stubGlobal('window', { location: new URL(address), isSecureContext });
  expect(createPageRealm().noWorker || undefined).toBe(reason);
});

describe('a frame that a script wrote, which has the address of that script\'s page,', () => {
  const isWritten = (name: string): boolean => {
    vi.stubGlobal('document', {});
    vi.stubGlobal('navigator', {});
    vi.stubGlobal('window', { location: new URL('https://app.example/host'), isSecureContext: true });
    vi.stubGlobal('performance', { getEntriesByType: (type: string) => (type === 'navigation' ? [{ name }] : []) });
    return createPageRealm().noWorker === 'unsupported';
  };

  test('is told in Firefox that it can have no worker, and does not wait for one that ignores it', () => {
    expect(isWritten('document')).toBe(true);
  });

  test('is not mistaken for a page that a server sent', () => {
    expect(isWritten('https://app.example/document')).toBe(false);
  });
});

test('a page is not held up where nobody tells how it was loaded, as in jsdom', () => {
  vi.stubGlobal('document', {});
  vi.stubGlobal('navigator', {});
  vi.stubGlobal('window', { location: new URL('http://localhost:3000/') });
  vi.stubGlobal('performance', { now: () => 0 });
  expect(createPageRealm().noWorker).toBe(false);
});
