import { afterEach, expect, test, vi } from 'vitest';
import { createPageRealm } from '../../../src/page/page-realm.ts';

afterEach(() => void vi.unstubAllGlobals());

test('where the browser refuses the site all storage, and throws at the mere look at some of it, a client can be made all the same', () => {
  const refuse = (): never => {
    throw new DOMException('The operation is insecure.', 'SecurityError');
  };
  vi.stubGlobal('document', {});
  vi.stubGlobal('window', { isSecureContext: true });
  vi.stubGlobal('navigator', Object.defineProperty({}, 'serviceWorker', { get: refuse }));
  vi.stubGlobal('BroadcastChannel', class { constructor() { refuse(); } });
  const realm = createPageRealm();
  expect(realm.serviceWorker).toBeUndefined();
  expect(realm.openChannel('nudgeloop')).toBeUndefined();
});

test('a browser without channels has none', () => {
  vi.stubGlobal('document', {});
  vi.stubGlobal('navigator', {});
  vi.stubGlobal('window', { isSecureContext: true });
  vi.stubGlobal('BroadcastChannel', undefined);
  expect(createPageRealm().openChannel('nudgeloop')).toBeUndefined();
});
