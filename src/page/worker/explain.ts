import { NudgeloopError, type ErrorDetails } from '../../errors.ts';
import { wordsOf } from './registration-failure.ts';
import type { UnavailableReason } from './unavailable.ts';

export { registrationFailure } from './registration-failure.ts';

/** What to do if the server does not send the ready-made script. */
const COPY = 'copy it with "npx nudgeloop init public/", where public/ is the folder of your static files, or let the Vite plugin of nudgeloop/vite serve it. With the plugin, the build has it, and your framework or server must publish it. If the app is below a path of its origin, set serviceWorker.url';

const ADVICE: { readonly [Reason in UnavailableReason]: string } = {
  'no-page': 'there is no page; create the client in the browser, not while rendering on a server',
  insecure: 'the page is not a secure context; serve it over https or from localhost',
  unsupported: 'this browser, window or frame has no service workers; page and script must come over https or from localhost, not from file:, data:, blob:, about:srcdoc, the scheme of an app or extension, or a script that writes the document',
  blocked: 'the browser blocks service workers here, as in a frame of another site whose storage it blocks, or in a credentialless one',
  'http-error': 'the server does not have the script',
  'mime-type': 'the server sends something else: its index.html because the file is missing, or the page of a login; a script must be served as text/javascript',
  refused: 'the browser refuses the script or the scope. The script must be on this origin, not behind a redirect, and allowed by any Content Security Policy; the scope must be inside its folder or allowed by the header Service-Worker-Allowed. Or the file is missing and the server sends a page, or another type than text/javascript',
  network: 'the script could not be fetched; the page may be offline, at its first visit or after its registration was removed, or the server does not have the script',
  'script-error': 'the script throws or does not parse, or the header Content-Security-Policy of its response says sandbox, without allow-same-origin; open it in the developer tools',
  'trusted-types': 'the page enforces Trusted Types; pass a TrustedScriptURL as serviceWorker.url',
  'not-registered': 'the promise that you passed as serviceWorker rejected with an error of your own, or resolved without a registration; look where the promise is made, or set fallback: false and look at the cause of the error',
  unregistered: "its registration is gone: the site's data was cleared, or a script unregistered it; register it again",
  'install-failed': 'its install event failed; open the worker in the developer tools',
  inactive: 'it did not become active in time. It may still be installing, because of a large precache or a slow network; then the next visit has it. If you passed navigator.serviceWorker.ready, perhaps nothing was registered; look at what registers it. In development, vite-plugin-pwa registers nothing without devOptions',
  'no-answer': 'it does not answer. Its script must call startWorker() for this database, and nothing may keep it busy for that long. A changed script becomes active once all pages with the previous worker are closed',
  'not-wanted': 'serviceWorker is false',
};

/** What to do about a worker that does not answer, of which it is not known whose it is. */
const NOT_YOURS = 'If it is not yours, such as one that mocks requests in tests, pass serviceWorker: false while it is there';

/** What to do if a scope has another worker than the one that the page registers. */
const ANOTHER = 'which does not answer. A scope has one worker: give one of the two another scope, or pass serviceWorker: false while it is there, such as one that mocks requests in tests. An earlier script of yours stays until all pages with it are closed';

/** What to do if the server keeps the script to itself. */
const KEPT = 'the server refuses the script: it may want a login, or hide that the file is missing; serve the script without a login';

/** What to do if the server fails. */
const DOWN = 'the server fails or has too much to do; once it has recovered, the next load of the page fetches the script';

/** Statuses of an answer that say that there is no such file. */
const ABSENT: ReadonlySet<number> = new Set([404, 410]);

/** The status of a server that has too much to do; those from 500 on say that it failed. */
const TOO_MANY_REQUESTS = 429;

/** What to do in a sandbox without an origin, which has no storage either. */
const IN_A_SANDBOX = "the page is sandboxed and has no origin; add allow-same-origin to the frame's sandbox attribute, or to the directive sandbox of its Content Security Policy";

/** What to do in a worker of the app, which is in the browser but not a page. */
const IN_A_WORKER = 'this is a worker, and a client needs a page; send messages to the page and use its client, or run a loop of nudgeloop/core here';

/**
 * Reasons behind which a copy of the ready-made script may be missing. Firefox refuses a page in its place like a wrong
 * scope.
 */
const MISSING: ReadonlySet<UnavailableReason> = new Set<UnavailableReason>(['http-error', 'mime-type', 'network', 'refused']);

/** What browsers say when they refuse, and what to do: one reason stands for several mistakes. */
const REFUSALS: readonly (readonly [said: RegExp, advice: string])[] = [
  [/redirect/i, 'the server redirects its URL, which browsers forbid; serve it at exactly this URL, without redirects to a login, a language or a trailing slash. If the app is below a path of its origin, set serviceWorker.url'],
  [/content security policy|worker-src/i, "the page's Content Security Policy forbids it; allow worker-src 'self'"],
  [
    /max scope|scope url should start with/i,
    'the scope is wider than its folder; leave out serviceWorker.scope, move the script up, or send it with the header Service-Worker-Allowed',
  ],
  [/origin of the provided script/i, 'it is of another origin; serve it from the origin of the page, and set serviceWorker.url to its place there'],
];

/**
 * Says in words what to do about a missing service worker.
 *
 * @param error `worker.unavailable`, with its `reason`
 */
export function adviceOn(error: NudgeloopError): string {
  const { reason, url, script = '', status } = detailsOf(error);
  if (reason === 'no-page' && 'WorkerGlobalScope' in globalThis) return IN_A_WORKER;
  // An address without a host is reason enough.
  if (reason === 'unsupported' && globalThis.origin === 'null' && location.host) return IN_A_SANDBOX;
  const said = wordsOf(error.cause, url);
  const refusal = reason === 'refused' && REFUSALS.find(([pattern]) => pattern.test(said));
  if (refusal) return refusal[1];
  if (reason === 'no-answer' && script !== '') return adviceOnSilence(url, new URL(script));
  if (status !== undefined && !ABSENT.has(status)) return status >= 500 || status === TOO_MANY_REQUESTS ? DOWN : KEPT;
  // A script of the app's own is where the app says, and no command of ours provides it.
  const isReadyMade = /\/nudgeloop\/[^/]*$/.test(url);
  return MISSING.has(reason) && isReadyMade ? `${ADVICE[reason]}; ${COPY}` : ADVICE[reason];
}

/**
 * Says in words why there is no usable service worker, and what to do.
 *
 * @param error `worker.unavailable`, with its `reason`
 */
export function explain(error: NudgeloopError): NudgeloopError {
  const { url } = detailsOf(error);
  const script = url === '' ? '' : ` ${url}`;
  return new NudgeloopError(error.code, `No service worker${script}: ${adviceOn(error)}.`, error.details, { cause: error.cause });
}

/**
 * What the log says of an error: no whole address, since that may contain the name of a database, such as a user's.
 *
 * @param error `worker.unavailable`, with its `reason`
 */
export function fieldsOf(error: NudgeloopError): ErrorDetails {
  const { reason, url, status, script } = detailsOf(error);
  const path = pathOf(script || url);
  return {
    reason,
    ...(status !== undefined && { status }),
    ...(path !== undefined && { script: path }),
    advice: adviceOn(error),
  };
}

/** Where a script is on its origin. A relative address means another place on each page; a `data:` one is the script itself. */
function pathOf(url: string): string | undefined {
  if (url === '') return undefined;
  try {
    const { origin, pathname } = new URL(url, globalThis.document?.baseURI ?? 'http://localhost');
    return origin === 'null' ? undefined : pathname;
  } catch {
    return undefined;
  }
}

function adviceOnSilence(url: string, { href, pathname }: URL): string {
  const wanted = url === '' ? href : new URL(url, globalThis.document?.baseURI ?? href).href;
  if (wanted !== href) return `another worker has this scope: ${pathname}, ${ANOTHER}`;
  const advice = `${pathname} ${ADVICE['no-answer'].replace(/^it /, '')}`;
  return url === '' ? `${advice}. ${NOT_YOURS}` : advice;
}

function detailsOf(error: NudgeloopError) {
  return error.details as { readonly reason: UnavailableReason; readonly url: string; readonly script?: string; readonly status?: number };
}
