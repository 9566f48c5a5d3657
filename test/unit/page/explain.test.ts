import { afterEach, describe, expect, test, vi } from 'vitest';
import { adviceOn, explain, fieldsOf } from '../../../src/page/worker/explain.ts';
import { registrationFailure } from '../../../src/page/worker/registration-failure.ts';
import { unavailable } from '../../../src/page/worker/unavailable.ts';

const READY_MADE = 'http://localhost:8404/nudgeloop/service-worker.js';
const CHROMIUM = `Failed to register a ServiceWorker for scope ('http://localhost:8404/nudgeloop/') with script ('${READY_MADE}'): `;
const refused = (message: string) => registrationFailure(new DOMException(message, 'SecurityError'), READY_MADE, true);

test.each(['http-error', 'mime-type', 'network'] as const)('where the ready-made script is not what the server answers (%s), the command that brings it is named', (reason) => {
  const { message, details } = explain(unavailable(reason, READY_MADE));
  expect(message).toContain(`No service worker ${READY_MADE}: `);
  expect(message).toContain('npx nudgeloop init public/');
  expect(message).toContain('nudgeloop/vite');
  expect(message).toMatch(/with the plugin, the build has it/i);
  expect(details).toEqual({ reason, url: READY_MADE });
});

test('of a script of the app\'s own, no command of ours is named', () => {
  expect(explain(unavailable('http-error', '/sw.js')).message).toBe('No service worker /sw.js: the server does not have the script.');
});

describe('where there is no page', () => {
  afterEach(() => void vi.unstubAllGlobals());

  test('a server is told to leave it to the browser', () => {
    expect(explain(unavailable('no-page')).message).toContain('not while rendering on a server');
  });

  test('a worker of the app, which is in the browser, hears of the page and of nudgeloop/core, and not of servers', () => {
    vi.stubGlobal('WorkerGlobalScope', class {});
    const { message } = explain(unavailable('no-page'));
    expect(message).toContain('nudgeloop/core');
    expect(message).not.toContain('server');
  });
});

test.each([
  [401, 'without a login'],
  [403, 'without a login'],
  [429, 'the next load'],
  [500, 'the next load'],
  [503, 'the next load'],
])('a server that answers %d may have the script, so no command that brings it is named, and the status is told', (status, advice) => {
  const failure = registrationFailure(new TypeError(`${CHROMIUM}A bad HTTP response code (${status}) was received when fetching the script.`), READY_MADE, true);
  expect(adviceOn(failure)).toContain(advice);
  expect(adviceOn(failure)).not.toContain('npx nudgeloop');
  expect(failure.details).toEqual({ reason: 'http-error', url: READY_MADE, status });
  expect(fieldsOf(failure)).toEqual({ reason: 'http-error', status, script: '/nudgeloop/service-worker.js', advice: adviceOn(failure) });
});

test.each([404, 410])('a server that answers %d does not have the script', (status) => {
  const failure = registrationFailure(new TypeError(`${CHROMIUM}A bad HTTP response code (${status}) was received when fetching the script.`), READY_MADE, true);
  expect(adviceOn(failure)).toMatch(/does not have the script; .*npx nudgeloop init/);
  expect(fieldsOf(failure)).toMatchObject({ status });
});

describe('a worker that does not answer is named', () => {
  const silent = (url: string, script: string) => unavailable('no-answer', url, undefined, { script });
  const MOCKING = 'http://localhost:8404/mockServiceWorker.js';

  test.each(['/sw.js', 'sw.js', 'http://localhost:8404/sw.js'])('as another one than that of the page (%s), if it is', (url) => {
    const failure = silent(url, MOCKING);
    expect(adviceOn(failure)).toMatch(/^another worker has this scope: \/mockServiceWorker\.js, .*serviceWorker: false/);
    expect(fieldsOf(failure)).toMatchObject({ reason: 'no-answer', script: '/mockServiceWorker.js' });
  });

  test('as perhaps somebody else\'s, if the app passed the registration', () => {
    expect(adviceOn(silent('', MOCKING))).toMatch(/^\/mockServiceWorker\.js does not answer.*startWorker\(\).*serviceWorker: false/);
  });

  test('as the page\'s own, if it is: then nothing is said of others', () => {
    const advice = adviceOn(silent('/sw.js', 'http://localhost:8404/sw.js'));
    expect(advice).toMatch(/^\/sw\.js does not answer.*startWorker\(\)/);
    expect(advice).not.toContain('serviceWorker: false');
  });

  test('without the query of its address, which may contain a user\'s name', () => {
    const url = `${READY_MADE}?database=mary`;
    expect(JSON.stringify(fieldsOf(silent(url, url)))).not.toContain('mary');
  });

  test('not by an address that is the script itself', () => {
    expect(fieldsOf(unavailable('refused', 'data:text/javascript,hidden()'))).toEqual({ reason: 'refused', advice: expect.stringMatching(/refuses the script/) });
  });

  test('by what the page asked for, if none is there any more', () => {
    expect(fieldsOf(silent('/sw.js', ''))).toEqual({ reason: 'no-answer', script: '/sw.js', advice: expect.stringMatching(/^it does not answer/) });
  });
});

describe('a page with a base of its own', () => {
  afterEach(() => void vi.unstubAllGlobals());

  test('is told which path its relative address meant, since the browser names none', () => {
    vi.stubGlobal('document', { baseURI: 'http://localhost:8404/app/settings/colors' });
    const { script } = fieldsOf(unavailable('http-error', 'nudgeloop/service-worker.js?database=mary'));
    expect(script).toBe('/app/settings/nudgeloop/service-worker.js');
  });

  test('hears the reason even of an address that is none', () => {
    expect(fieldsOf(unavailable('script-error', 'https://'))).toMatchObject({ reason: 'script-error' });
  });

  test('is not told that its worker is another one: the address is relative to the base', () => {
    vi.stubGlobal('document', { baseURI: 'http://localhost:8404/app/' });
    const failure = unavailable('no-answer', 'sw.js', undefined, { script: 'http://localhost:8404/app/sw.js' });
    expect(adviceOn(failure)).toMatch(/^\/app\/sw\.js does not answer/);
  });
});

// What Chromium and WebKit say, word for word.
test.each([
  [`${CHROMIUM}The script resource is behind a redirect, which is disallowed.`, /the server redirects its URL.*below a path.*set serviceWorker\.url/],
  [`${CHROMIUM}The path of the provided scope ('/') is not under the max scope allowed ('/nudgeloop/'). Adjust the scope, move the Service Worker script, or use the Service-Worker-Allowed HTTP header to allow the scope.`, 'Service-Worker-Allowed'],
  ['Scope URL should start with the given script URL', 'Service-Worker-Allowed'],
  [`Failed to register a ServiceWorker: The provided scriptURL ('${READY_MADE}') violates the Content Security Policy.`, "worker-src 'self'"],
  ["Failed to register a ServiceWorker: The origin of the provided scriptURL ('http://127.0.0.1:8404') does not match the current origin ('http://localhost:8404').", /of another origin.*set serviceWorker\.url/],
])('a refusal in the words "%s" is told with what mends it', (message, advice) => {
  expect(adviceOn(refused(message))).toMatch(advice);
});

describe('a refusal of which the browser says nothing more, as in Firefox,', () => {
  const advice = adviceOn(refused('The operation is insecure.'));

  test('lists what it may be, a page in place of a missing file among them', () => {
    for (const mistake of ['origin', 'redirect', 'scope', 'Content Security Policy', 'the server sends a page', 'text/javascript']) expect(advice).toContain(mistake);
  });

  test('names the command that brings the ready-made script, and no command for one of the app\'s own', () => {
    expect(advice).toContain('npx nudgeloop init public/');
    expect(adviceOn(unavailable('refused', '/sw.js'))).not.toContain('npx nudgeloop');
  });
});

test('a refusal that is told apart names no command: the script may be there', () => {
  expect(adviceOn(refused(`${CHROMIUM}The script resource is behind a redirect, which is disallowed.`))).not.toContain('npx nudgeloop');
});

test('of a page that no server sends it is told which addresses have no workers', () => {
  for (const address of ['https', 'localhost', 'file:', 'about:srcdoc', 'scheme of an app']) expect(adviceOn(unavailable('unsupported'))).toContain(address);
});

describe('a page without an origin', () => {
  afterEach(() => void vi.unstubAllGlobals());

  test.each([
    ['https://app.example/', 'allow-same-origin'],
    ['data:text/html,hello', 'not from file:, data:'],
  ])('at %s is told %s', (address, advice) => {
    vi.stubGlobal('origin', 'null');
    vi.stubGlobal('location', new URL(address));
    expect(adviceOn(unavailable('unsupported'))).toContain(advice);
  });
});

test('a worker that is still being installed when the time is up is told as such, and when it is of use', () => {
  expect(adviceOn(unavailable('inactive', '/sw.js'))).toMatch(/may still be installing.*next visit/);
});

test('a `ready` that never comes is told as a registration that was never made, and what made none says why', () => {
  expect(adviceOn(unavailable('inactive', ''))).toMatch(/serviceWorker\.ready, perhaps nothing was registered; look at what registers it/);
  expect(adviceOn(unavailable('inactive', ''))).toContain('devOptions');
});

test('of an error of the app\'s own it is told where it can be seen: a log carries none', () => {
  const advice = adviceOn(unavailable('not-registered', '', new Error('mine')));
  expect(advice).toContain('look where the promise is made');
  expect(advice).toContain('fallback: false');
});
