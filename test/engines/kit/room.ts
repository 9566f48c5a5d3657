import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnyBrowser, AnyEngine } from '../../faults/engines/engine.ts';
import { serveSite, type SiteServer } from '../../faults/kit/site-server.ts';
import { App, type AppOptions } from './app.ts';
import { SITE } from './build-site.ts';

/**
 * Firefox keeps a content process whose tabs are closed for the next scenario: starting one costs more than most of them
 * do. The fault kit must not, since it waits until a stopped worker's thread is gone.
 */
const SETTINGS = { prefs: { 'dom.ipc.processReuse.unusedGraceMs': 60_000, 'dom.ipc.processPrelaunch.enabled': false } } as const;

/** A browser of one engine with its own profile, for all scenarios of a run. */
export interface House {
  readonly engine: AnyEngine;
  readonly profile: string;
  browser: AnyBrowser;
}

/** Starts a browser with a fresh profile. */
export async function openHouse(engine: AnyEngine): Promise<House> {
  const profile = await mkdtemp(join(tmpdir(), 'nudgeloop-engines-'));
  try {
    return { engine, profile, browser: await engine.launch(profile, SETTINGS) };
  } catch (error) {
    await rm(profile, { recursive: true, force: true });
    throw error;
  }
}

/** Ends the browser and removes its profile. */
export async function closeHouse({ browser, profile }: House): Promise<void> {
  await browser.kill();
  await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

/** What one scenario has: the app on its own origin, so it finds nothing of other scenarios. */
export class Room {
  readonly #apps: App[] = [];

  private constructor(
    readonly house: House,
    readonly server: SiteServer,
  ) {}

  static async create(house: House): Promise<Room> {
    const server = await serveSite(SITE);
    // A page with `no-store` would not enter the back/forward cache.
    server.headers = { 'cache-control': 'no-cache' };
    return new Room(house, server);
  }

  get engine(): AnyEngine {
    return this.house.engine;
  }

  get browser(): AnyBrowser {
    return this.house.browser;
  }

  /** Opens the app in a tab, without a client. */
  async openTab(origin = this.server.origin): Promise<App> {
    const app = new App(await this.browser.open(`${origin}/`));
    this.#apps.push(app);
    return app;
  }

  /** Opens the app in a tab and connects. */
  async open(options: AppOptions = {}): Promise<App> {
    const app = await this.openTab();
    await app.connect(options);
    return app;
  }

  /** Kills the browser with all its tabs, and starts it again with the same profile. */
  async restart(): Promise<void> {
    await this.browser.kill();
    this.#apps.splice(0);
    this.house.browser = await this.engine.launch(this.house.profile, SETTINGS);
  }

  /** Checks that no page had an uncaught error, and closes all tabs. */
  async leave(): Promise<void> {
    const uncaught: string[] = [];
    for (const app of this.#apps) {
      if (!app.isClosed) await app.close();
      uncaught.push(...(await app.uncaught()));
    }
    assert.deepEqual(uncaught, []);
  }

  async dispose(): Promise<void> {
    await this.server.stop();
  }
}
