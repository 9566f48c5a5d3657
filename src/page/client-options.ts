import type { Clock, IdSource } from '../clock.ts';
import type { PortableClientOptions } from './loop-options.ts';

/** A `TrustedScriptURL`, or anything else that the browser takes as the URL of a script. */
export type ScriptUrl = string | URL | { toString(): string };

/** Where the worker's script is. */
export interface ServiceWorkerOptions {
  /**
   * The script: the ready-made `nudgeloop/service-worker.js` as your server serves it, or one of yours that calls
   * `startWorker()`. Pass a `TrustedScriptURL` if your page enforces Trusted Types.
   *
   * @default '/nudgeloop/service-worker.js'
   */
  readonly url?: ScriptUrl | undefined;
  /** The worker's scope. Its own folder keeps it apart from every other worker of the app. @default the script's folder */
  readonly scope?: string | undefined;
  /** `module` if your script has `import` statements. @default 'classic' */
  readonly type?: 'classic' | 'module' | undefined;
}

/**
 * A registration that the app made, or what will fulfil with one: what `register()` of `navigator.serviceWorker` or of workbox-window returned, or
 * `navigator.serviceWorker.ready` where a library registers the worker.
 */
export type GivenRegistration = ServiceWorkerRegistration | PromiseLike<ServiceWorkerRegistration | undefined>;

/** Options of `createNudgeloop`. */
export interface ClientOptions extends PortableClientOptions {
  /** The database's name; use one for each user of the app, if there are several. @default 'nudgeloop' */
  readonly database?: string | undefined;
  /**
   * Where the worker is: its script, a registration that the app makes or made itself, or `false` to run the loop in the page. A
   * promise of a registration is awaited; where it rejects, brings none, or none that is active within four seconds (or `deadline`, if
   * that is less), the loop runs in the page, and the warning `worker.fallback` says why.
   *
   * @default { url: '/nudgeloop/service-worker.js' }
   */
  readonly serviceWorker?: ServiceWorkerOptions | GivenRegistration | false | undefined;
  /** Tells the time, for tests. @default the machine's */
  readonly clock?: Clock | undefined;
  /** Makes ids, for tests. @default random UUIDs of `crypto.getRandomValues` */
  readonly newId?: IdSource | undefined;
}
