import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Engine, LaunchSettings } from '../engines/engine.ts';
import { SITE } from './build-site.ts';
import { Client, type ConnectOptions } from './client.ts';
import { drainAndRead } from './drain.ts';
import type { FinalState } from './final-state.ts';
import { History, type Json } from './history.ts';
import { createRandom, type Random } from './random.ts';
import { serveSite, type SeenRequest, type SiteServer } from './site-server.ts';
import { sleep, until } from './wait.ts';

/** The site's policy unless a row sets another one: only the site itself, and a report of each violation. */
const POLICY = "default-src 'self'; img-src 'self' data:; report-uri /csp-report";

/**
 * These headers make a page cross-origin isolated. Its workers are not, so they get another process than the page.
 * Otherwise Chromium would share one.
 */
const ISOLATED = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
};

/** The options of a session. */
export interface SessionOptions {
  readonly engine: Engine;
  readonly seed: number;
  readonly launch?: LaunchSettings;
  /** Keeps pages and workers in separate processes, so `killWorkers` ends a worker at once. @default false */
  readonly isolated?: boolean;
  /** How long the final drain may take, in milliseconds. @default 20000 */
  readonly drainWithin?: number;
}

/** What each row has for itself: a fresh profile, a site, a running browser and a history. */
export class Session {
  readonly history = new History();
  readonly random: Random;
  /** A text in every action, which must not appear anywhere else. */
  readonly canary: string;
  /** Every client that was opened, including those whose tab is gone. */
  readonly clients: Client[] = [];
  /** Milliseconds beyond a call's own deadline after which it counts as hung. */
  margin = 5_000;
  drainWithin: number;
  /** The options for the last look. By default those of the last client, without its goal. */
  finalOptions: ConnectOptions | undefined;
  /** The path of the page that takes the last look. */
  finalPath = '/';
  browser!: Browser;
  readonly #removeProfile = (): void => rmSync(this.profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  readonly #launch: LaunchSettings;
  #numbers = 0;
  #kills: number[] = [];

  private constructor(
    readonly engine: Engine,
    readonly seed: number,
    readonly profile: string,
    readonly server: SiteServer,
    options: SessionOptions,
  ) {
    this.random = createRandom(seed);
    this.canary = `canary-${seed.toString(36)}-secret`;
    this.drainWithin = options.drainWithin ?? 20_000;
    this.#launch = options.launch ?? {};
    server.headers = { 'content-security-policy': POLICY };
    if (options.isolated === true) for (const path of ['/', '/page.js']) server.headersOf.set(path, ISOLATED);
    server.on((request) => this.#hear(request));
    // An interrupted run must leave nothing behind either.
    process.once('exit', this.#removeProfile);
  }

  /** Makes a profile, serves the site and starts the browser. */
  static async create(options: SessionOptions): Promise<Session> {
    const profile = await mkdtemp(join(tmpdir(), 'nudgeloop-faults-'));
    const session = new Session(options.engine, options.seed, profile, await serveSite(SITE), options);
    try {
      await session.relaunch();
    } catch (error) {
      await session.dispose();
      throw error;
    }
    return session;
  }

  /** Opens a tab without a client. */
  async openTab(path = '/'): Promise<Client> {
    const tab = await this.browser.open(`${this.server.origin}${path}`);
    const client = new Client(tab, `tab-${this.clients.length + 1}`, {
      history: this.history,
      number: (action) => this.number(action),
      margin: () => this.margin,
    });
    this.clients.push(client);
    return client;
  }

  /** Opens a tab and connects. */
  async open(options: ConnectOptions = {}): Promise<Client> {
    const client = await this.openTab();
    await client.connect(options);
    return client;
  }

  /** Completes an action with its own number, steps and the canary. */
  number(action: Readonly<Record<string, unknown>> = {}): Record<string, unknown> & { readonly n: number } {
    this.#numbers += 1;
    return { steps: 100 + this.#numbers, note: this.canary, n: this.#numbers, ...action };
  }

  /** Skips numbers that a page gave to actions by itself. */
  skipNumbers(count: number): void {
    this.#numbers += count;
  }

  /** Notes what the harness did or saw. */
  note(op: string, value: Json = null): void {
    this.history.note({ actor: 'harness', type: 'seen', call: 0, op, value });
  }

  /** Stops every worker, as browsers do at any time. */
  async stopWorkers(): Promise<void> {
    await this.browser.stopWorkers();
    this.note('workers stopped');
  }

  /** Ends every worker at once, even one that spins. In Chromium this needs a session that is `isolated`. */
  async killWorkers(): Promise<void> {
    await this.browser.killWorkers();
    this.note('workers killed');
  }

  /** Arms the client's worker to stop at its n-th kill point from now on; 0 disarms it. */
  async arm(client: Client, n: number, script = client.script): Promise<void> {
    // A worker that is being disarmed may just have reached its point.
    if (n > 0) this.#kills = [];
    await client.tab.evaluate((point, path) => window.kit.arm(point, path), n, script);
  }

  /**
   * Waits for an armed worker to reach its point.
   *
   * @param ms how long
   * @returns whether it did
   */
  killed(n: number, ms: number): Promise<boolean> {
    return until(ms, () => this.isKilled(n), 3);
  }

  /** Whether an armed worker has stopped at its point. */
  isKilled(n: number): boolean {
    return this.#kills.includes(n);
  }

  /** Kills the browser with all its processes. */
  async kill(): Promise<void> {
    await this.browser.kill();
    this.note('browser killed');
  }

  /** Starts the browser again with the same profile and settings. Its tabs are gone. */
  async relaunch(): Promise<void> {
    this.browser = await this.engine.launch(this.profile, this.#launch);
  }

  /** Heals what can be healed from here, drains, and reads everything with a page that has no earlier knowledge. */
  async final(): Promise<FinalState> {
    await this.server.start();
    for (const client of this.clients) await client.pull();
    const { goalState: _goal, ...last } = this.clients.at(-1)?.options ?? {};
    const fresh = await this.openTab(this.finalPath);
    const final = await drainAndRead(fresh, this.finalOptions ?? last, this.canary, this.drainWithin);
    for (const client of this.clients) await client.pull();
    // Reports may still be on their way after the page was answered.
    await sleep(50);
    return final;
  }

  /** Ends the browser and removes the profile. */
  async dispose(): Promise<void> {
    await this.browser?.kill().catch(() => undefined);
    await this.server.stop();
    await rm(this.profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    process.off('exit', this.#removeProfile);
  }

  #hear({ t, url, body }: SeenRequest): void {
    const { pathname, searchParams } = new URL(url, this.server.origin);
    if (pathname === '/killed') {
      this.#kills.push(Number(searchParams.get('n')));
      this.note('kill point reached', Number(searchParams.get('n')));
    } else if (pathname === '/report') {
      const { actor, op, value, t: at } = parsed(body) as { actor: string; op: string; value: Json; t: number };
      this.history.note({ t: at, actor, type: 'seen', call: 0, op, value });
    } else if (pathname === '/csp-report') {
      this.history.note({ t, actor: 'server', type: 'seen', call: 0, op: 'csp', value: parsed(body) });
    }
  }
}

function parsed(body: string): Json {
  try {
    return JSON.parse(body) as Json;
  } catch {
    return body;
  }
}
