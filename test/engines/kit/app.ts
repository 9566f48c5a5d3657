import assert from 'node:assert/strict';
import type { Tab } from '../../faults/engines/engine.ts';
import { until } from '../../faults/kit/wait.ts';
import type { ClientOptions } from '../../../src/page/client-options.ts';

declare global {
  interface Window {
    /** Errors that nobody caught. */
    uncaught: string[];
  }
}

/** Options of the client, as JSON can carry them. */
export type AppOptions = Omit<ClientOptions, 'clock' | 'newId' | 'logSinks'>;

/** How long something may take to come about, in milliseconds. */
const PATIENCE_MS = 15_000;

/** Waits until what is looked at is as it should be; its last state is in the error otherwise. */
export async function eventually<T>(look: () => Promise<T>, wanted: T): Promise<void> {
  let seen: unknown;
  const isSo = async (): Promise<boolean> => {
    seen = await look().catch((error: unknown) => String(error));
    return JSON.stringify(seen) === JSON.stringify(wanted);
  };
  if (!(await until(PATIENCE_MS, isSo))) assert.deepEqual(seen, wanted);
}

/** The app in one tab, as its user has it before them. */
export class App {
  isClosed = false;

  constructor(readonly tab: Tab) {}

  /** Waits until the page's script ran. */
  loaded(): Promise<void> {
    return eventually(() => this.tab.evaluate(() => window.isLoaded ?? false), true);
  }

  /** Makes the page's client, once its script ran. */
  async connect(options: AppOptions = {}): Promise<void> {
    await this.loaded();
    await this.tab.evaluate((given) => void window.connect(given as never), options);
  }

  /** Waits until the client is connected; tells where its loop runs. */
  host(): Promise<string | null> {
    return this.tab.evaluate(async () => {
      await window.client.ready;
      return window.client.state().host;
    });
  }

  /** Records steps one after the other; tells whether each receipt says that they are on disk. */
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

  /** Waits until so many nudges were delivered to this page; tells their ids. */
  async delivered(count: number): Promise<string[]> {
    await eventually(() => this.tab.evaluate(() => window.delivered.length), count);
    return this.tab.evaluate(() => window.delivered);
  }

  /** Acknowledges all nudges that wait; tells how many this call did. */
  acknowledge(): Promise<number> {
    return this.tab.evaluate(async () => window.client.acknowledge(await window.client.nudges()));
  }

  /** What else the client told, a word each. */
  told(): Promise<string[]> {
    return this.tab.evaluate(() => window.told);
  }

  /** Which run of the host answers: another one after each start of a worker. */
  boot(): Promise<string> {
    return this.tab.evaluate(async () => (await window.client.inspect()).host.boot);
  }

  /** The rows of a store, read behind the product's back. */
  rows(store: string): Promise<unknown[]> {
    return this.tab.evaluate((name) => window.readStore(name), store);
  }

  uncaught(): Promise<string[]> {
    return this.tab.evaluate(() => window.uncaught ?? []);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.tab.close();
  }
}
