import { expect, test, vi } from 'vitest';
import { createClient } from '../../../src/page/client.ts';
import { createFakeBrowser } from './fake-browser.ts';

// An app's bundler puts it into a chunk of its own, which a page that is offline, or older than the last deployment, does not get.
vi.mock('../../../src/page/session/in-page-host.ts', () => {
  throw new TypeError('Failed to fetch dynamically imported module');
});

test('a loop whose fallback could not be loaded says both what is wrong with the worker and with the fallback', async () => {
  const { realm } = createFakeBrowser().openPage();
  const logged: unknown[] = [];
  const client = createClient({ logSinks: [({ level, code, fields }) => logged.push([level, code, fields?.['call']])] }, { ...realm, serviceWorker: undefined });
  const failed = await client.record({ steps: 1 }).catch((error: unknown) => error);
  expect(failed).toMatchObject({
    code: 'worker.unavailable',
    message: expect.stringContaining('could not be loaded'),
    details: { reason: 'unsupported', fallback: 'not-loaded' },
    cause: expect.any(Error),
  });
  expect(client.state()).toMatchObject({ phase: 'failed', error: { code: 'worker.unavailable' } });
  expect(logged).toContainEqual(['error', 'call.failed', 'fallback']);
});
