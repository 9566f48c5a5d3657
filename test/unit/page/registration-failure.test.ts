import { describe, expect, test, vi } from 'vitest';
import { registrationFailure } from '../../../src/page/worker/registration-failure.ts';

const URL = 'http://localhost:8404/sw.js';
const CHROMIUM = `Failed to register a ServiceWorker for scope ('http://localhost:8404/') with script ('${URL}'): `;
const UPDATE = `Failed to update a ServiceWorker for scope ('http://localhost:8404/') with script ('${URL}'): `;
const FIREFOX = `ServiceWorker script at ${URL} for scope http://localhost:8404/ `;

// What browsers say, word for word; the port looks like a status on purpose.
test.each([
  ['Chromium', new TypeError(`${CHROMIUM}A bad HTTP response code (404) was received when fetching the script.`), 'http-error'],
  ['Chromium', new DOMException(`${CHROMIUM}The script has an unsupported MIME type ('text/html').`, 'SecurityError'), 'mime-type'],
  ['Chromium', new TypeError(`${CHROMIUM}ServiceWorker script evaluation failed`), 'script-error'],
  ['Chromium', new DOMException(`${CHROMIUM}The script resource is behind a redirect, which is disallowed.`, 'SecurityError'), 'refused'],
  ['Chromium', new TypeError(`${CHROMIUM}An unknown error occurred when fetching the script.`), 'network'],
  ['Firefox 140', new TypeError(`${FIREFOX}encountered an error during installation.`), 'network'],
  ['Firefox 140', new TypeError(`${FIREFOX}threw an exception during script evaluation.`), 'script-error'],
  ['Firefox 140', new DOMException('The operation is insecure.', 'SecurityError'), 'refused'],
  ['Chromium', new DOMException(`${CHROMIUM}The user denied permission to use Service Worker.`, 'NotSupportedError'), 'blocked'],
  ['Chromium', new TypeError("Failed to register a ServiceWorker: The URL protocol of the current origin ('app://shell') is not supported."), 'unsupported'],
  ['Firefox 140', new TypeError("ServiceWorkerContainer.register: Script URL's scheme is not 'http' or 'https'"), 'unsupported'],
  ['WebKit', new TypeError('serviceWorker.register() must be called with a script URL whose protocol is either HTTP or HTTPS'), 'unsupported'],
  ['an automation', new TypeError("Cannot read properties of undefined (reading 'active')"), 'blocked'],
])('what %s says of a worker that it did not register is told apart: %s', (_who, error, reason) => {
  expect(registrationFailure(error, URL, true)).toMatchObject({ code: 'worker.unavailable', details: { reason } });
});

// The same in other classes of errors.
test.each([
  [new TypeError(`${UPDATE}A bad HTTP response code (404) was received when fetching the script.`), 'http-error'],
  [new TypeError(`${UPDATE}The script resource is behind a redirect, which is disallowed.`), 'refused'],
  [new TypeError(`${UPDATE}An unknown error occurred when fetching the script.`), 'network'],
  [new TypeError(`${UPDATE}ServiceWorker script evaluation failed`), 'script-error'],
])('so is what Chromium says of a worker that it did not update (%s)', (error, reason) => {
  expect(registrationFailure(error, URL, true)).toMatchObject({ details: { reason } });
});

describe('what a promise rejects with that the app passed in place of a script', () => {
  test.each([
    ['Chromium', new TypeError(`${CHROMIUM}A bad HTTP response code (404) was received when fetching the script.`), 'http-error'],
    ['Chromium', new DOMException(`${CHROMIUM}The user denied permission to use Service Worker.`, 'NotSupportedError'), 'blocked'],
    ['Chromium', new DOMException('Failed to register a ServiceWorker: The document is in an invalid state.', 'InvalidStateError'), 'unsupported'],
    ['Firefox 140', new TypeError(`${FIREFOX}threw an exception during script evaluation.`), 'script-error'],
    ['Firefox 140', new DOMException('The operation is insecure.', 'SecurityError'), 'refused'],
    ['WebKit', new TypeError('Script http://localhost:8404/sw.js load failed'), 'network'],
  ])('is told by its reason where the browser said it (%s: %s)', (_who, error, reason) => {
    expect(registrationFailure(error, '', true)).toMatchObject({ details: { reason, url: '' }, cause: error });
  });

  test.each([
    new Error('404: nobody is signed in'),
    new Error('this network is not ours'),
    new TypeError("Cannot read properties of undefined (reading 'register')"),
    new DOMException('The user aborted a request.', 'AbortError'),
    'no',
  ])('is called the app\'s own where it is (%s), and is the cause', (error) => {
    for (const isOnline of [true, false]) {
      expect(registrationFailure(error, '', isOnline)).toMatchObject({ details: { reason: 'not-registered', url: '' }, cause: error });
    }
  });
});

test('in a sandbox without an origin, where Firefox calls any registration insecure, nothing is refused that could be mended in the script', () => {
  vi.stubGlobal('origin', 'null');
  expect(registrationFailure(new DOMException('The operation is insecure.', 'SecurityError'), URL, true)).toMatchObject({ details: { reason: 'unsupported' } });
});

test('without a network, that is the reason', () => {
  expect(registrationFailure(new TypeError('?'), URL, false)).toMatchObject({ details: { reason: 'network' } });
});

test('an address with "undefined" in it, as a missing variable leaves it, is not taken for a browser that blocks workers', () => {
  const url = 'http://localhost/undefined/sw.js';
  const error = new TypeError(`Failed to register a ServiceWorker with script ('${url}'): A bad HTTP response code (404) was received when fetching the script.`);
  for (const given of [url, '/undefined/sw.js']) expect(registrationFailure(error, given, true)).toMatchObject({ details: { reason: 'http-error' } });
});

test('words in the addresses that a browser quotes, such as a user\'s number in the scope, are none of its own', () => {
  const url = 'https://my-network.example/mime/404/sw.js';
  const quoted = `Failed to register a ServiceWorker for scope ('https://my-network.example/db-user-451/') with script ('${url}'): `;
  for (const given of [url, '/mime/404/sw.js']) {
    expect(registrationFailure(new TypeError(`${quoted}ServiceWorker script evaluation failed`), given, true)).toMatchObject({ details: { reason: 'script-error' } });
    expect(registrationFailure(new TypeError(`${quoted}?`), given, false)).toMatchObject({ details: { reason: 'network' } });
  }
  const scope = "The path of the provided scope ('/') is not under the max scope allowed ('/mime/404/').";
  for (const said of ['Redirects are disallowed.', scope]) {
    expect(registrationFailure(new DOMException(`${quoted}${said}`, 'SecurityError'), url, true)).toMatchObject({ details: { reason: 'refused' } });
  }
});
