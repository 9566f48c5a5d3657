import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChromiumBrowser } from '../../test/faults/engines/chromium.ts';
import type { ChromiumTab, Engine } from '../../test/faults/engines/engine.ts';
import { serveSite, type SiteServer } from '../../test/faults/kit/site-server.ts';
import { BENCH_SITE } from './build-bench.ts';
import type { Backend } from './options.ts';

/** On every answer, so that pages and workers alike have a clock of 5 µs instead of 100. */
const ISOLATED = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
};

const ARGS: Readonly<Record<Backend, readonly string[]>> = {
  leveldb: [],
  sqlite: ['--enable-features=IdbSqliteBackingStore'],
};

/** A page on an origin of its own. */
export interface Site {
  readonly origin: string;
  readonly tab: ChromiumTab;
}

/** A browser on a profile on disk: one in memory knows no durability. */
export class BenchSession {
  browser!: ChromiumBrowser;
  readonly #servers: SiteServer[] = [];
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
    this.browser = (await this.engine.launch(this.profile, { args: ARGS[this.backend] })) as ChromiumBrowser;
  }

  /** Opens a page on an origin, by default on a new one. */
  async open(origin?: string): Promise<Site> {
    const own = origin ?? (await this.#serve());
    const tab = await this.browser.open(`${own}/`);
    const isReady = await tab.evaluate(() => ({ isolated: crossOriginIsolated, has: 'bench' in window, visible: document.visibilityState }));
    if (!isReady.isolated || !isReady.has) throw new Error(`the page is not ready to measure: ${JSON.stringify(isReady)}`);
    return { origin: own, tab };
  }

  async dispose(): Promise<void> {
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
