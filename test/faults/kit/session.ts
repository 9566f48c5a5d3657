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

/** Which policy the site has unless a row sets another: nothing but the site itself, and a report of each breach. */
const POLICY = "default-src 'self'; img-src 'self' data:; report-uri /csp-report";

/**
 * What makes a page cross-origin isolated. Its workers are not, and so get another process than the page, which Chromium
 * would share between the two otherwise.
 */
const ISOLATED = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
};

/** What a session is made with. */
export interface SessionOptions {
  readonly engine: Engine;
  readonly seed: number;
  readonly launch?: LaunchSettings;
  /** Keeps pages and workers in processes of their own, so that `killWorkers` ends a worker at once. @default false */
  readonly isolated?: boolean;
  /** Milliseconds that a drain may take in the end. @default 20000 */
  readonly drainWithin?: number;
}

/** A fresh profile, a site, a running browser and a history: what one row has to itself. */
export class Session {
  readonly history = new History();
  readonly random: Random;
  /** A text in every action, which must show up nowhere else. */
  readonly canary: string;
  /** Every client that was opened, also those whose tab is gone. */
  readonly clients: Client[] = [];
  /** Milliseconds beyond a call's own deadline after which it counts as hung. */
  margin = 5_000;
  drainWithin: number;
  /** What the last look connects with. Unless it is set, what the last client connected with, without its goal. */
  finalOptions: ConnectOptions | undefined;
  /** Where the page is that takes the last look. */
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
    // A run that is broken off leaves nothing behind either.
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

  /** Fills an action up: a number of its own, steps, the canary. */
  number(action: Readonly<Record<string, unknown>> = {}): Record<string, unknown> & { readonly n: number } {
    this.#numbers += 1;
    return { steps: 100 + this.#numbers, note: this.canary, n: this.#numbers, ...action };
  }

  /** Leaves out so many numbers, which a page gave to actions by itself. */
  skipNumbers(count: number): void {
    this.#numbers += count;
  }

  /** Notes what the harness did or saw. */
  note(op: string, value: Json = null): void {
    this.history.note({ actor: 'harness', type: 'seen', call: 0, op, value });
  }

  /** Stops every worker, as browsers do whenever they like. */
  async stopWorkers(): Promise<void> {
    await this.browser.stopWorkers();
    this.note('workers stopped');
  }

  /**
   * Ends every worker at once, also one that spins. In Chromium it takes a session that is `isolated`.
   */
  async killWorkers(): Promise<void> {
    await this.browser.killWorkers();
    this.note('workers killed');
  }

  /** Arms the client's worker to stand still at its n-th kill point from now on; 0 disarms it. */
  async arm(client: Client, n: number, script = client.script): Promise<void> {
    // One that is disarmed may have come to its point just before.
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

  /** Whether an armed worker stands at its point. */
  isKilled(n: number): boolean {
    return this.#kills.includes(n);
  }

  /** Kills the browser with all its processes. */
  async kill(): Promise<void> {
    await this.browser.kill();
    this.note('browser killed');
  }

  /** Starts the browser again on the same profile, with the same settings. Its tabs are gone. */
  async relaunch(): Promise<void> {
    this.browser = await this.engine.launch(this.profile, this.#launch);
  }

  /** Heals what can be healed from here, drains, and reads what is there with a page that knows nothing. */
  async final(): Promise<FinalState> {
    await this.server.start();
    for (const client of this.clients) await client.pull();
    const { goalState: _goal, ...last } = this.clients.at(-1)?.options ?? {};
    const fresh = await this.openTab(this.finalPath);
    const final = await drainAndRead(fresh, this.finalOptions ?? last, this.canary, this.drainWithin);
    for (const client of this.clients) await client.pull();
    // Reports are on their way while the page is answered.
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
