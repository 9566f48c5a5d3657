import assert from 'node:assert/strict';
import type { Tab } from '../../faults/engines/engine.ts';
import { until } from '../../faults/kit/wait.ts';
import type { ClientOptions } from '../../../src/page/client-options.ts';

declare global {
  interface Window {
    /** Uncaught errors. */
    uncaught: string[];
  }
}

/** Options of the client, as far as JSON can carry them. */
export type AppOptions = Omit<ClientOptions, 'clock' | 'newId' | 'logSinks'>;

/** How long to wait for a state, in milliseconds. */
const PATIENCE_MS = 15_000;

/** Waits until `look` returns what is wanted. If it never does, the error has the last result. */
export async function eventually<T>(look: () => Promise<T>, wanted: T): Promise<void> {
  let seen: unknown;
  const isSo = async (): Promise<boolean> => {
    seen = await look().catch((error: unknown) => String(error));
    return JSON.stringify(seen) === JSON.stringify(wanted);
  };
  if (!(await until(PATIENCE_MS, isSo))) assert.deepEqual(seen, wanted);
}

/** The app in one tab, as its user sees it. */
export class App {
  isClosed = false;
  #uncaught: readonly string[] = [];

  constructor(readonly tab: Tab) {}

  /** Waits until the page's script has run. */
  loaded(): Promise<void> {
    return eventually(() => this.tab.evaluate(() => window.isLoaded ?? false), true);
  }

  /** Makes the page's client after the page's script has run. */
  async connect(options: AppOptions = {}): Promise<void> {
    await this.loaded();
    await this.tab.evaluate((given) => void window.connect(given as never), options);
  }

  /**
   * Waits until the client is connected.
   *
   * @returns where its loop runs
   */
  host(): Promise<string | null> {
    return this.tab.evaluate(async () => {
      await window.client.ready;
      return window.client.state().host;
    });
  }

  /**
   * Records steps, one call after the other.
   *
   * @returns for each receipt, whether it says that the action is on disk
   */
  record(...steps: readonly number[]): Promise<boolean[]> {
    return this.tab.evaluate(async (given) => {
      const durable: boolean[] = [];
      for (const each of given) durable.push((await window.client.record({ steps: each })).durable);
      return durable;
    }, steps);
  }

  /** The steps of every retained action, oldest first. */
  steps(): Promise<unknown[]> {
    return this.tab.evaluate(async () => (await window.client.history({ limit: 10_000 })).map(({ action }) => action['steps']));
  }

  /**
   * Waits until this page has got a number of nudges.
   *
   * @returns their ids
   */
  async delivered(count: number): Promise<string[]> {
    await eventually(() => this.tab.evaluate(() => window.delivered.length), count);
    return this.tab.evaluate(() => window.delivered);
  }

  /**
   * Acknowledges all waiting nudges.
   *
   * @returns how many this call acknowledged
   */
  acknowledge(): Promise<number> {
    return this.tab.evaluate(async () => window.client.acknowledge(await window.client.nudges()));
  }

  /** The other events that the client reported, one word each. */
  told(): Promise<string[]> {
    return this.tab.evaluate(() => window.told);
  }

  /** Posts to the active worker in whose scope the page is, and waits for the first answer that is not the product's. */
  ask(message: unknown): Promise<unknown> {
    return this.tab.evaluate(async (given) => {
      const { active } = await navigator.serviceWorker.ready;
      return new Promise<unknown>((resolve) => {
        navigator.serviceWorker.addEventListener('message', ({ data }) => data?.nudgeloop === undefined && resolve(data));
        active?.postMessage(given);
      });
    }, message);
  }

  /** The run of the host that answers; each start of a worker is another one. */
  boot(): Promise<string> {
    return this.tab.evaluate(async () => (await window.client.inspect()).host.boot);
  }

  /** The rows of a store, read past the product. */
  rows(store: string): Promise<unknown[]> {
    return this.tab.evaluate((name) => window.readStore(name), store);
  }

  /** Uncaught errors of the tab's pages; once it is closed, those until then. */
  async uncaught(): Promise<readonly string[]> {
    return this.isClosed ? this.#uncaught : this.tab.evaluate(() => window.uncaught ?? []);
  }

  async close(): Promise<void> {
    this.#uncaught = await this.uncaught();
    this.isClosed = true;
    await this.tab.close();
  }
}
