import { expect, test } from 'vitest';
import { createClient } from '../../../src/page/client.ts';
import { replyEnvelope, type RequestEnvelope } from '../../../src/protocol/envelope.ts';
import { createFakeBrowser, settle } from './fake-browser.ts';

type Page = ReturnType<ReturnType<typeof createFakeBrowser>['openPage']>;

/** A page whose client notes what it is told of updates, and whose registration has this beside its worker. */
async function openTold(beside: Partial<Record<'installing', EventTarget>> = {}) {
  const browser = createFakeBrowser();
  const { realm, registration } = browser.openPage();
  Object.assign(registration, beside);
  const client = createClient({ serviceWorker: registration }, realm);
  const told: string[] = [];
  client.on('update', ({ reason }) => told.push(reason));
  await client.ready;
  return { browser, registration, told };
}

/** A new worker is installed beside the active one, and waits. */
async function installNext(browser: ReturnType<typeof createFakeBrowser>, registration: Page['registration'], worker = Object.assign(new EventTarget(), { state: 'installing' })) {
  Object.assign(registration, { installing: worker });
  registration.dispatchEvent(new Event('updatefound'));
  Object.assign(worker, { state: 'installed' });
  Object.assign(registration, { installing: null, waiting: worker });
  worker.dispatchEvent(new Event('statechange'));
  browser.clock.advance(500);
  await settle();
}

test('an update is told once, however many calls are refused for it', async () => {
  const { realm, registration, container } = createFakeBrowser().openPage();
  const refusal = { ok: false, error: { code: 'update.needed', message: 'too far apart' } };
  const postMessage = ({ client, message }: RequestEnvelope): void => {
    const reply = replyEnvelope(client, { id: (message as { readonly id: string }).id, type: 'RAW', value: refusal });
    queueMicrotask(() => container.dispatchEvent(new MessageEvent('message', { data: reply })));
  };
  Object.assign(registration, { active: { state: 'activated', postMessage } });
  const client = createClient({ serviceWorker: registration, fallback: false }, realm);
  const told: string[] = [];
  client.on('update', ({ reason }) => told.push(reason));
  for (let n = 0; n < 3; n += 1) await expect(client.record({ steps: n })).rejects.toMatchObject({ code: 'update.needed' });
  expect(told).toEqual(['needed']);
});

test('a loop that is opened after a new worker began to wait says so too', async () => {
  const browser = createFakeBrowser();
  const { realm, registration } = browser.openPage();
  Object.assign(registration, { waiting: Object.assign(new EventTarget(), { state: 'installed' }) });
  const client = createClient({ serviceWorker: registration }, realm);
  await client.ready;
  browser.clock.advance(500);
  expect(client.state().updateReady).toBe(true);
  const late = client.loop('late');
  await late.ready;
  expect(late.state().updateReady).toBe(true);
});

test('each worker that waits is told, however many deployments a tab stays open for', async () => {
  const { browser, registration, told } = await openTold();
  for (let deployments = 1; deployments < 3; deployments += 1) {
    await installNext(browser, registration);
    expect(told).toHaveLength(deployments);
  }
});

test('a worker that takes over a moment after the page was opened, as the ready-made one does, is told as no update', async () => {
  const browser = createFakeBrowser();
  const { realm, registration } = browser.openPage();
  const worker = Object.assign(new EventTarget(), { state: 'installed' });
  Object.assign(registration, { waiting: worker });
  const client = createClient({ serviceWorker: registration }, realm);
  await client.ready;
  Object.assign(registration, { waiting: null });
  Object.assign(worker, { state: 'activating' });
  worker.dispatchEvent(new Event('statechange'));
  browser.clock.advance(10_000);
  await settle();
  expect(client.state().updateReady).toBe(false);
});

test('a worker that is found twice, when it is registered and when the browser tells of it, is told once', async () => {
  const worker = Object.assign(new EventTarget(), { state: 'installing' });
  const { browser, registration, told } = await openTold({ installing: worker });
  await installNext(browser, registration, worker);
  expect(told).toEqual(['waiting']);
});
