import { NudgeloopError } from '../errors.ts';
import { wordsOf } from './registration-failure.ts';
import type { UnavailableReason } from './unavailable.ts';

export { registrationFailure } from './registration-failure.ts';

/** What to do where the ready-made script is not what the server answers. */
const COPY = 'copy it with "npx nudgeloop init public/", public being the folder that your server takes static files from, or let the Vite plugin of nudgeloop/vite serve it; an app below a path of its origin says where it is by serviceWorker.url';

const ADVICE: { readonly [Reason in UnavailableReason]: string } = {
  'no-page': 'there is no page; create the client in the browser, not while rendering on a server',
  insecure: 'the page is not a secure context; serve it over https or from localhost',
  unsupported: 'this browser, window or frame has no service workers; they need a page and a script that come over https, or from localhost, and not from file:, data:, blob:, about:srcdoc or a scheme of an app',
  blocked: 'the browser blocks service workers here, as in a frame of another site that it keeps from storage',
  'http-error': 'the server does not have the script',
  'mime-type': 'the server answers something else, often its index.html where a file is missing; a script must be served as text/javascript',
  refused: 'the browser refuses script or scope; the script must be of this origin and not behind a redirect, the scope inside its folder or allowed by the header Service-Worker-Allowed, and a Content Security Policy must allow it; or the server answers a page where the file is missing, or another type than text/javascript',
  network: 'the script could not be fetched; the page may be offline for the first time, or the server does not have the script',
  'script-error': 'the script throws, or does not parse; open it in the developer tools',
  'trusted-types': 'the page enforces Trusted Types; pass a TrustedScriptURL as serviceWorker.url',
  'not-registered': "the promise that was passed as serviceWorker rejected with an error of the app's own; catch it where the promise is made, or look at the cause that it is with fallback: false",
  'install-failed': 'its install event failed; open the worker in the developer tools',
  inactive: 'it did not become active in time; it may still be installing, as behind a large precache or a slow network, and then the next visit has it; or, where navigator.serviceWorker.ready was passed, nothing was registered, of which what registers it says why; in development, vite-plugin-pwa registers nothing without devOptions',
  'no-answer': 'it does not answer; its script must call startWorker() for this database, which nobody may keep busy meanwhile; a script that has begun to call it is active only once no page of the app is left with the worker before it',
  'not-wanted': 'serviceWorker is false',
};

/** What to do in a worker of the app, which is in the browser and no page. */
const IN_A_WORKER = 'this is a worker, and a client lives in a page; call the client of the page by messages, or run a loop of nudgeloop/core here';

/** Reasons that a missing copy of the ready-made script may have. Firefox refuses a page in its place like a wrong scope. */
const MISSING: ReadonlySet<UnavailableReason> = new Set<UnavailableReason>(['http-error', 'mime-type', 'network', 'refused']);

/** What browsers say when they refuse, and what to do: the reason is one, the mistakes are several. */
const REFUSALS: readonly (readonly [said: RegExp, advice: string])[] = [
  [/redirect/i, 'the server redirects its URL, which browsers forbid; serve it at this very URL, and leave it out of redirects to a login, a language or a trailing slash'],
  [/content security policy|worker-src/i, "the page's Content Security Policy forbids it; allow worker-src 'self'"],
  [
    /max scope|scope url should start with/i,
    'the scope is wider than its folder; leave serviceWorker.scope out, move the script up, or send it with the header Service-Worker-Allowed',
  ],
  [/origin of the provided script/i, 'it is of another origin; serve it from the origin of the page'],
];

/**
 * Says in words what to do about a missing service worker.
 *
 * @param error `worker.unavailable`, with its `reason`
 */
export function adviceOn(error: NudgeloopError): string {
  const { reason, url } = detailsOf(error);
  if (reason === 'no-page' && 'WorkerGlobalScope' in globalThis) return IN_A_WORKER;
  const said = wordsOf(error.cause, url);
  const refusal = reason === 'refused' && REFUSALS.find(([pattern]) => pattern.test(said));
  if (refusal) return refusal[1];
  // A script of the app's own is where the app says, and no command of ours brings it.
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

function detailsOf(error: NudgeloopError) {
  return error.details as { readonly reason: UnavailableReason; readonly url: string };
}
