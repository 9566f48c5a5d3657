import type { Clock, IdSource } from '../clock.ts';
import type { AnyShapes, LoopShapes } from '../model/shapes.ts';
import type { PortableClientOptions } from './loop-options.ts';

/** A `TrustedScriptURL`, or anything else that the browser accepts as the URL of a script. */
export type ScriptUrl = string | URL | { toString(): string };

/** Where the worker's script is and how to register it. */
export interface ServiceWorkerOptions {
  /**
   * The script: the ready-made `nudgeloop/service-worker.js` at the URL where your server serves it, or your own script
   * that calls `startWorker()`. If your page enforces Trusted Types, pass a `TrustedScriptURL`.
   *
   * @default '/nudgeloop/service-worker.js'
   */
  readonly url?: ScriptUrl | undefined;
  /** The worker's scope. A folder of its own keeps it apart from the app's other workers. @default the script's folder */
  readonly scope?: string | undefined;
  /** `'module'` if your script has `import` statements. @default 'classic' */
  readonly type?: 'classic' | 'module' | undefined;
}

/**
 * A registration that the app makes, or a promise of one: what `register()` of `navigator.serviceWorker` or of
 * workbox-window returns, or `navigator.serviceWorker.ready` if a library registers the worker.
 */
export type GivenRegistration = ServiceWorkerRegistration | PromiseLike<ServiceWorkerRegistration | undefined>;

/** Options of `createNudgeloop`. */
export interface ClientOptions<Shapes extends LoopShapes = AnyShapes> extends PortableClientOptions<Shapes> {
  /** The database's name. If the app has several users, use one for each. @default 'nudgeloop' */
  readonly database?: string | undefined;
  /**
   * The worker: where its script is, or a registration that the app makes itself, or `false` to run the loop in the page.
   *
   * A promise of a registration is awaited. If it rejects or resolves without a registration, the loop runs in the page,
   * and the warning `worker.fallback` says why. So it does if a worker of the app's own is not active within four
   * seconds (or `deadline`, if that is less): one of a registration, or of a script in whose scope the page is. Nothing
   * that is recorded is stored meanwhile.
   *
   * @default { url: '/nudgeloop/service-worker.js' }
   */
  readonly serviceWorker?: ServiceWorkerOptions | GivenRegistration | false | undefined;
  /** Tells the time, for tests. @default the machine's clock */
  readonly clock?: Clock | undefined;
  /** Makes ids, for tests. @default random UUIDs from `crypto.getRandomValues` */
  readonly newId?: IdSource | undefined;
}
