/** What a realm may offer to wait for a turn without waiting for time. */
interface Realm {
  readonly MessageChannel?: new () => { readonly port1: Port; readonly port2: Port };
  setTimeout(run: () => void, ms: number): unknown;
}

interface Port {
  addEventListener(type: 'message', run: () => void): void;
  start(): void;
  postMessage(message: unknown): void;
  close(): void;
}

/** Turns that what needs no time may take: modules that are loaded, frameworks that render. */
const TURNS = 10;

/**
 * Lets one turn of the event loop pass, and with it every promise that needs nothing else. A channel, since fake timers
 * of a test runner leave it alone, and a browser does not slow it down.
 */
export function turn(): Promise<void> {
  const realm = globalThis as unknown as Realm;
  return new Promise((resolve) => {
    if (realm.MessageChannel === undefined) {
      realm.setTimeout(resolve, 0);
      return;
    }
    const { port1, port2 } = new realm.MessageChannel();
    port1.addEventListener('message', () => {
      // An open port keeps Node alive.
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(null);
  });
}

/** Lets everything happen that needs no time. */
export async function settle(): Promise<void> {
  for (let count = 0; count < TURNS; count += 1) await turn();
}
