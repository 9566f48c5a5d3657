import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Engine, Tab } from '../../test/faults/engines/engine.ts';
import type { FirefoxBrowser } from '../../test/faults/engines/firefox.ts';
import { serveSite, type SiteServer } from '../../test/faults/kit/site-server.ts';
import { until } from '../../test/faults/kit/wait.ts';
import type { Backend } from './backends.ts';
import { BENCH_SITE } from './build-bench.ts';

/** On every answer, so that pages and workers alike have a clock of 5 µs instead of 100, in Firefox of 20 at the most. */
const ISOLATED = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
};

/** Milliseconds until a page must be visible. */
const SHOW_MS = 2_000;

/** Says to every tab of Firefox that it is the one in front, as a headless Chromium does by itself. */
const SHOW_ALL = `(() => {
  for (const { gBrowser } of Services.wm.getEnumerator('navigator:browser')) for (const tab of gBrowser.browsers) tab.docShellIsActive = true;
})()`;

/** A page on an origin of its own. */
export interface Site {
  readonly origin: string;
  readonly tab: Tab;
}

/** A browser on a profile on disk: one in memory knows no durability. */
export class BenchSession {
  browser!: Browser;
  readonly #servers: SiteServer[] = [];
  #isDisposed = false;
  readonly #removeProfile = (): void => rmSync(this.profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });

  private constructor(
    readonly engine: Engine,
    readonly backend: Backend,
    readonly profile: string,
  ) {
    // A run that is broken off leaves nothing behind either.
    process.once('exit', this.#removeProfile);
  }

  static async create(engine: Engine, backend: Backend): Promise<BenchSession> {
    const session = new BenchSession(engine, backend, await mkdtemp(join(tmpdir(), 'nudgeloop-bench-')));
    await session.launch();
    return session;
  }

  /** Starts the browser, after `close` too: then it finds what it kept. */
  async launch(): Promise<void> {
    // A figure whose time was over may still be at work.
    if (this.#isDisposed) throw new Error('the session is over');
    this.browser = await this.engine.launch(this.profile, this.backend.settings);
  }

  /** Opens a page on an origin, by default on a new one. */
  async open(origin?: string): Promise<Site> {
    const own = origin ?? (await this.#serve());
    const tab = await this.browser.open(`${own}/`);
    // The tab that was in front until now, and in which others may still be measured, is hidden by the new one.
    if (this.engine.name === 'firefox') await (this.browser as FirefoxBrowser).chrome(SHOW_ALL);
    const isVisible = await until(SHOW_MS, () => tab.evaluate(() => document.visibilityState === 'visible'), 10);
    const isReady = await tab.evaluate(() => crossOriginIsolated && 'bench' in window);
    if (!isReady || !isVisible) throw new Error(`the page is not ready to measure${isVisible ? '' : ': it is hidden'}`);
    return { origin: own, tab };
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    await this.browser.close();
    for (const server of this.#servers) await server.stop();
    await rm(this.profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    process.off('exit', this.#removeProfile);
  }

  async #serve(): Promise<string> {
    const server = await serveSite(BENCH_SITE);
    server.headers = ISOLATED;
    this.#servers.push(server);
    return server.origin;
  }
}
