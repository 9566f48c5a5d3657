import { channelMaker } from './machine.ts';

/** What every realm has. */
interface Timers {
  setTimeout(run: () => void, ms: number): unknown;
}

/**
 * How many turns of the event loop may pass without simulated time: modules that are loaded, frameworks that render.
 */
const TURNS = 10;

/**
 * Lets one turn of the event loop pass, and every promise that needs nothing else. It uses a channel, since a test
 * runner's fake timers leave that alone, and a browser does not slow it down.
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
