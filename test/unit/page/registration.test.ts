import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { ServiceWorkerOptions } from '../../../src/page/client-options.ts';
import { findWorker } from '../../../src/page/worker/registration.ts';
import { workerLocation } from '../../../src/page/worker/worker-location.ts';
import { createFakeBrowser, settle } from './fake-browser.ts';

type Options = Parameters<typeof findWorker>[0];
type Registration = Awaited<Exclude<Options['worker'], ServiceWorkerOptions>>;

const PAGE = 'https://app.example/goals/steps';

/** A page below /goals/, in a browser that has a worker of an earlier visit. */
function setUp(scriptURL: string, scope: string) {
  const { clock, ...browser } = createFakeBrowser();
  const { realm, registration, container } = browser.openPage();
  const known = registration as Registration;
  Object.assign(known, { scope });
  Object.assign(known.active ?? {}, { scriptURL });
  const register = vi.fn(async (_url: string, _options: object) => Object.assign(known, { update: async () => undefined }));
  const asked: string[] = [];
  const getRegistration = async (url: string) => {
    // As a browser resolves it.
    asked.push(new URL(url, PAGE).href);
    return known;
  };
  Object.assign(container, { register, getRegistration, controller: null });
  vi.stubGlobal('navigator', { serviceWorker: container });
  vi.stubGlobal('location', { href: PAGE });
  const ending = new AbortController();
  const find = (worker: Options['worker'], listeners: Partial<Options> = {}) =>
    findWorker({ worker, realm: { ...realm, baseUrl: () => PAGE }, deadline: 1_000, patience: 400, onActivated: () => undefined, onWaiting: () => undefined, onGone: () => undefined, signal: ending.signal, ...listeners });
  return { known, register, asked, find, ending, container, clock };
}

afterEach(() => void vi.unstubAllGlobals());

describe('the worker of an earlier visit answers at once, without being registered anew', () => {
  test.each<[ServiceWorkerOptions, script: string, scope: string]>([
    [{ url: '/sw.js' }, '/sw.js', '/'],
    [{ url: 'https://app.example/sw.js' }, '/sw.js', '/'],
    [{ url: './nudgeloop/service-worker.js' }, '/goals/nudgeloop/service-worker.js', '/goals/nudgeloop/'],
    [{ url: 'nudgeloop/service-worker.js' }, '/goals/nudgeloop/service-worker.js', '/goals/nudgeloop/'],
    [{ url: '../sw.js' }, '/sw.js', '/'],
    [{ url: '../sw.js', scope: './' }, '/sw.js', '/goals/'],
    [{ url: '/deep/sw.js', scope: '/' }, '/deep/sw.js', '/'],
    [workerLocation({}, 'mine'), '/nudgeloop/service-worker.js?database=mine', '/nudgeloop/db-mine/'],
  ])('%j', async (worker, script, scope) => {
    const { known, register, asked, find } = setUp(`https://app.example${script}`, `https://app.example${scope}`);
    const source = await find(worker);
    expect(source.getWorker()).toBe(known.active);
    expect(register).not.toHaveBeenCalled();
    expect(asked).toEqual([known.scope]);
  });
});

test.each<[what: string, worker: ServiceWorkerOptions]>([
  ['another script', { url: '/goals/sw.js' }],
  ['another scope', { url: '/sw.js', scope: '/goals/' }],
])('%s than at the earlier visit is registered', async (_what, worker) => {
  const { register, find } = setUp('https://app.example/sw.js', 'https://app.example/');
  await find(worker);
  expect(register).toHaveBeenCalledTimes(1);
});

test.each<ServiceWorkerOptions>([{ url: '/sw.js' }, workerLocation({}, 'nudgeloop')])(
  'an app that registers %j too keeps its registration: the mode of updates is left to the browser by both',
  async (worker) => {
    const { register, find } = setUp('https://app.example/other.js', 'https://app.example/');
    const source = await find(worker);
    source.checkForUpdate();
    await settle();
    expect(register.mock.calls).toEqual([[worker.url, {}], [worker.url, {}]]);
  },
);

test.each(['insecure', 'unsupported'] as const)('a page that is known to have no worker (%s) neither looks for one nor registers one, whatever the browser would say', async (noWorker) => {
  const { register, asked, ending, container } = setUp('https://app.example/sw.js', 'https://app.example/');
  const realm = { ...createFakeBrowser().openPage().realm, serviceWorker: container as unknown as Options['realm']['serviceWorker'], noWorker };
  const finding = findWorker({ worker: { url: '/sw.js' }, realm, deadline: 1_000, patience: 400, onActivated: () => undefined, onWaiting: () => undefined, onGone: () => undefined, signal: ending.signal });
  await expect(finding).rejects.toMatchObject({ code: 'worker.unavailable', details: { reason: noWorker } });
  expect({ asked, registered: register.mock.calls }).toEqual({ asked: [], registered: [] });
});

test('a URL that is none is an error with a reason, as the browser gives it', async () => {
  const { register, find } = setUp('https://app.example/sw.js', 'https://app.example/');
  register.mockRejectedValue(new TypeError('Invalid URL'));
  await expect(find({ url: 'https://' })).rejects.toMatchObject({ code: 'worker.unavailable', details: { url: 'https://' } });
});

test.each<[what: string, give: (known: Registration) => Registration]>([
  ['registration of the app\'s own', (known) => known],
  ['promise of a registration, as register() returns it,', (known) => Promise.resolve(known) as unknown as Registration],
])('a %s is neither looked for, registered nor updated', async (_what, give) => {
  const { known, register, asked, find } = setUp('https://app.example/sw.js', 'https://app.example/');
  const update = vi.fn(async () => undefined);
  Object.assign(known, { update });
  const source = await find(give(known));
  source.checkForUpdate();
  await settle();
  expect(source.getWorker()).toBe(known.active);
  expect({ asked, registered: register.mock.calls, updated: update.mock.calls }).toEqual({ asked: [], registered: [], updated: [] });
});

test.each<[reason: string, register: () => Promise<unknown>]>([
  ['refused', () => Promise.reject(new DOMException('The scope is too wide.', 'SecurityError'))],
  ['http-error', () => Promise.reject(new TypeError('A bad HTTP response code (404) was received.'))],
  ['not-registered', () => Promise.reject(new Error('404: nobody is signed in'))],
  ['not-registered', () => Promise.resolve()],
  ['not-registered', () => Promise.resolve({ scope: '/' })],
  ['inactive', () => new Promise(() => undefined)],
])('what the app\'s own register() returned may come to nothing, and the reason is told: %s', async (reason, register) => {
  const { find, clock } = setUp('https://app.example/sw.js', 'https://app.example/');
  const finding = expect(find(register() as Promise<Registration>)).rejects.toMatchObject({ code: 'worker.unavailable', details: { reason } });
  await settle();
  clock.advance(400);
  await finding;
});

/** A registration in the page's browser, of which only the worker in `state` is there. */
const registrationOf = (scope: string, state: 'installing' | 'active', scriptURL: string) =>
  Object.assign(new EventTarget(), { scope, active: null, installing: null, waiting: null, [state]: Object.assign(new EventTarget(), { state, scriptURL }) });

describe('a worker that is not active yet is waited for', () => {
  const APP = 'https://app.example/';
  const installing = registrationOf(APP, 'installing', `${APP}sw.js`);
  const another = registrationOf(APP, 'active', `${APP}earlier.js`);

  test.each<[ms: number, what: string, worker: ServiceWorkerOptions, known: object | undefined]>([
    [400, 'of the app, at its first visit', { url: '/sw.js' }, undefined],
    [400, 'of the app, in a scope that was named', { url: '/deep/sw.js', scope: '/goals/' }, undefined],
    [400, 'of the app, which an earlier visit began to install', { url: '/sw.js' }, installing],
    [400, 'of the app, while that of a wider scope is active', { url: '/sw.js', scope: '/goals/' }, another],
    [1_000, 'of the app, while another script is active in its scope', { url: '/sw.js' }, another],
    [1_000, 'in a scope in which the page is not', { url: '/sw.js', scope: '/elsewhere/' }, undefined],
    [1_000, 'that is the ready-made one', workerLocation({}, 'nudgeloop'), undefined],
    [1_000, 'that is the ready-made one of another database', workerLocation({}, 'mine'), undefined],
  ])('%d ms: one %s', async (ms, _what, worker, known) => {
    const { find, container, register, clock } = setUp(`${APP}sw.js`, APP);
    Object.assign(container, { getRegistration: async () => known });
    // The script is fetched, and the wait is for that too.
    register.mockReturnValue(new Promise(() => undefined));
    const end = vi.fn();
    find(worker).catch(({ details }: { details: unknown }) => end(details));
    await settle();
    clock.advance(ms - 1);
    await settle();
    expect(end).not.toHaveBeenCalled();
    clock.advance(1);
    await settle();
    expect(end.mock.calls).toEqual([[{ reason: 'inactive', url: worker.url }]]);
  });

  test('no longer if its installation fails, and with this reason', async () => {
    const { find, container, register, clock } = setUp(`${APP}sw.js`, APP);
    const failing = registrationOf(APP, 'installing', `${APP}sw.js`) as unknown as Registration & { installing: EventTarget };
    Object.assign(container, { getRegistration: async () => undefined });
    register.mockResolvedValue(failing as never);
    const finding = expect(find({ url: '/sw.js' })).rejects.toMatchObject({ details: { reason: 'install-failed' } });
    await settle();
    clock.advance(399);
    Object.assign(failing.installing, { state: 'redundant' }).dispatchEvent(new Event('statechange'));
    await finding;
  });
});

describe('when the registration that the app passed is gone', () => {
  /** A page whose worker was removed with the site's data; what the browser has at its scope comes later. */
  async function setUpGone() {
    const { realm, registration, container } = createFakeBrowser().openPage();
    const passed = registration as Registration;
    const there: { now?: unknown } = {};
    Object.assign(container, { getRegistration: async () => there.now });
    const onActivated = vi.fn();
    const onGone = vi.fn();
    const ending = new AbortController();
    const find = () => findWorker({ worker: passed, realm, deadline: 1_000, patience: 400, onActivated, onWaiting: () => undefined, onGone, signal: ending.signal });
    const source = await find();
    Object.assign(passed.active ?? {}, { state: 'redundant' });
    return { source, find, onActivated, onGone, there, scope: passed.scope };
  }

  test.each([undefined, { scope: 'https://app.example/', active: { state: 'activated' } }])('that is told, and the worker of another scope is not taken for it (%j)', async (now) => {
    const { source, find, onActivated, onGone, there } = await setUpGone();
    there.now = now;
    expect(source.getWorker()).toBeUndefined();
    await settle();
    expect(onActivated).not.toHaveBeenCalled();
    expect(onGone.mock.calls).toMatchObject([[{ code: 'worker.unavailable', details: { reason: 'unregistered' } }]]);
    await expect(find()).rejects.toMatchObject({ code: 'worker.unavailable', details: { reason: 'unregistered' } });
  });

  test('and the app made another one since, its worker is found', async () => {
    const { source, find, onActivated, onGone, there, scope } = await setUpGone();
    const again = registrationOf(scope, 'active', `${scope}service-worker.js`);
    there.now = again;
    source.getWorker();
    await settle();
    expect(onActivated).toHaveBeenCalledTimes(1);
    expect(source.getWorker()).toBe(again.active);
    expect((await find()).getWorker()).toBe(again.active);
    expect(onGone).not.toHaveBeenCalled();
  });

  test('and the watch was ended meanwhile, nothing is told', async () => {
    const { source, onGone } = await setUpGone();
    source.getWorker();
    source.close();
    await settle();
    expect(onGone).not.toHaveBeenCalled();
  });
});

describe('when the registration that the page made is gone', () => {
  const NOT_FOUND = new TypeError('A bad HTTP response code (404) was received when fetching the script.');

  /** A page whose worker was removed, and whose `register()` now does this. */
  async function setUpGone(register: () => Promise<unknown>) {
    const { find, known, clock, ...rest } = setUp('https://app.example/sw.js', 'https://app.example/');
    const onActivated = vi.fn();
    const onGone = vi.fn();
    const source = await find({ url: '/sw.js' }, { onActivated, onGone });
    rest.register.mockImplementation(register as never);
    Object.assign(known.active ?? {}, { state: 'redundant' });
    const pass = async (ms: number): Promise<void> => {
      await settle();
      await vi.dynamicImportSettled();
      clock.advance(ms);
      await settle();
    };
    return { source, known, onActivated, onGone, pass };
  }

  test.each<[reason: string, register: () => Promise<unknown>]>([
    ['http-error', () => Promise.reject(NOT_FOUND)],
    ['mime-type', () => Promise.reject(new DOMException("The script has an unsupported MIME type ('text/html').", 'SecurityError'))],
    ['refused', () => Promise.reject(new DOMException('The script resource is behind a redirect, which is disallowed.', 'SecurityError'))],
    ['network', () => Promise.reject(new TypeError('An unknown error occurred when fetching the script.'))],
    // Sooner than at a first visit: calls wait, each no longer than its own deadline.
    ['inactive', () => new Promise(() => undefined)],
  ])('and can\'t be made again, that is told once, with the reason that a first visit gives: %s', async (reason, register) => {
    const { source, onActivated, onGone, pass } = await setUpGone(register);
    expect(source.getWorker()).toBeUndefined();
    await pass(400);
    expect(onGone.mock.calls).toMatchObject([[{ code: 'worker.unavailable', details: { reason, url: '/sw.js' } }]]);
    expect(onActivated).not.toHaveBeenCalled();
  });

  test('only for a moment, as while another one takes over, nothing is told', async () => {
    const { source, known, onGone, pass } = await setUpGone(() => new Promise(() => undefined));
    source.getWorker();
    Object.assign(known, { active: { state: 'activated' } });
    await pass(400);
    expect(source.getWorker()).toBe(known.active);
    expect(onGone).not.toHaveBeenCalled();
  });
});

test("the app's own messages are not held for as long as the page lives, however often the worker is registered", async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const { container, find } = setUp('https://app.example/other.js', 'https://app.example/');
  const listening = vi.spyOn(container, 'addEventListener');
  const source = await find({ url: '/only-here.js' });
  source.checkForUpdate();
  await settle();
  await find({ url: '/only-here.js' });
  expect(new Set(listening.mock.calls.filter(([type]) => type === 'message').map(([, listener]) => listener)).size).toBe(1);
  const tell = (): WeakRef<object> => {
    const message = new MessageEvent('message', { data: {} });
    container.dispatchEvent(message);
    return new WeakRef(message);
  };
  const message = tell();
  await settle();
  await new Promise((resolve) => setTimeout(resolve));
  collect();
  expect(message.deref()).toBeUndefined();
});
