import { channelMaker } from './machine.ts';

/** What every realm has. */
interface Timers {
  setTimeout(run: () => void, ms: number): unknown;
}

/** Turns that what needs no time may take: modules that are loaded, frameworks that render. */
const TURNS = 10;

/**
 * Lets one turn of the event loop pass, and with it every promise that needs nothing else. A channel, since fake timers
 * of a test runner leave it alone, and a browser does not slow it down.
 */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    const MessageChannel = channelMaker();
    if (MessageChannel === undefined) {
      (globalThis as unknown as Timers).setTimeout(resolve, 0);
      return;
    }
    const { port1, port2 } = new MessageChannel();
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
