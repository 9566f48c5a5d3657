import { Workbox } from 'workbox-window/build/workbox-window.prod.mjs';
import type { ServiceWorkerOptions } from '../client-options.ts';

/**
 * Workbox holds every message to the page, including the app's own, until it knows its worker. It knows none as long as
 * the script is the same as at the last visit. Nothing here listens to these messages, so it is told there is none.
 */
class Registrar extends Workbox {
  override async getSW(): Promise<never> {
    return undefined as never;
  }
}

/** One for each script and scope, however many clients and attempts: its listeners stay as long as the page lives. */
const registrars = new Map<string, Registrar>();

/** What registers a script; the same for the same script, scope and type. */
export function registrarOf({ url, ...rest }: ServiceWorkerOptions): Registrar {
  const key = [url, rest.scope, rest.type].join();
  const registrar = registrars.get(key) ?? new Registrar(url as string, rest);
  registrars.set(key, registrar);
  return registrar;
}
