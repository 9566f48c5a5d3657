import { readFile } from 'node:fs/promises';
import type { ChromiumTab } from '../engines/engine.ts';
import { SITE } from './build-site.ts';
import { judge, type CheckerName, type Finding } from './checkers.ts';
import type { Client, ConnectOptions } from './client.ts';
import type { FinalState } from './final-state.ts';
import type { HistoryEvent } from './history.ts';
import { leaveOut, look } from './look.ts';
import { boundRoom, type Room } from './room.ts';
import type { HostKind, Sequence, Step } from './nemesis-commands.ts';
import type { Session } from './session.ts';
import { sleep, until } from './wait.ts';
import { setWorkerClocks, withClock } from './worker-clock.ts';

/** The checkers of all promises that hold whatever happens. */
const ALWAYS: readonly CheckerName[] = ['C1', 'C2', 'C3', 'C4', 'C6', 'C7', 'C8', 'C9', 'C10'];

/** The worker scripts of the site, which are served with a clock and a version. */
const SCRIPTS = ['/nudgeloop/service-worker.js', '/app-worker.js'] as const;

/** Three times faster: a lost message is sent again after a third of a second, and a deadline ends after five. */
const fast = { speed: 3, deadline: 15_000, pollInterval: 3_600_000 } as const;

/** The most open tabs. */
const TABS = 4;

/** Milliseconds that a tab may take after the faults until it is answered again, and until it shows what is new. */
const HEALED_MS = 15_000;

/** The result of a sequence. */
export interface Judged {
  readonly findings: readonly Finding[];
  readonly events: readonly HistoryEvent[];
  readonly final: FinalState;
}

/** One browser that runs sequences one after the other, each in its own database. */
export class NemesisWorld {
  #runs = 0;
  #version = 0;
  #from = 0;
  #room: Room | undefined;
  #tabs: Client[] = [];
  #underWay: Promise<unknown>[] = [];
  #thaws: Promise<unknown>[] = [];
  #export: unknown;
  #isOffline = false;

  constructor(readonly session: Session) {}

  /** Runs a sequence, heals what it broke, and judges it. */
  async run(sequence: Sequence): Promise<Judged> {
    const { session } = this;
    this.#runs += 1;
    this.#from = session.history.events.length;
    this.#export = undefined;
    session.clients.splice(0);
    session.note('sequence', this.#runs);
    const options = this.#optionsOf(sequence);
    session.finalOptions = options;
    this.#room ??= await boundRoom(session);
    if (this.#version === 0) await this.#serveVersion();
    await this.#open({ ...options, goalState: { steps: 10_000 } }, 'worker');
    for (const step of sequence.steps) {
      await sleep(step.pause);
      await this.#take(step, options);
    }
    await this.#heal();
    const stuck = await this.#askTabs();
    const final = await session.final();
    await this.#clean(options.database ?? '');
    const events = session.history.events.slice(this.#from);
    const names = isOrdered(sequence) ? [...ALWAYS, 'C5' as const] : ALWAYS;
    return { events, final, findings: [...stuck, ...judge(names, events, final)] };
  }

  #optionsOf({ worker }: Sequence): ConnectOptions {
    const database = `nemesis-${this.session.seed}-${this.#runs}`;
    if (worker === 'ready-made') return { ...fast, database };
    const serviceWorker = { url: `/app-worker.js?database=${database}`, scope: `/app/${database}/` };
    return { ...fast, database, serviceWorker, strategy: { type: 'good' } };
  }

  async #take(step: Step, options: ConnectOptions): Promise<void> {
    const { session } = this;
    const client = 'tab' in step ? this.#tabs[step.tab % Math.max(1, this.#tabs.length)] : undefined;
    if ('tab' in step && client === undefined) return;
    const also = (call: Promise<unknown>): void => void this.#underWay.push(call);
    switch (step.kind) {
      case 'record':
        return also(client!.record(step.count === 1 ? {} : Array.from({ length: step.count }, () => ({}))));
      case 'setGoalState':
        return also(client!.setGoalState({ steps: step.steps }));
      case 'acknowledge':
        return also(acknowledgeSome(client!));
      case 'suggest':
        return also(client!.suggestActions([{}]));
      case 'export':
        return also(client!.export().then(({ type, value }) => type === 'ok' && (this.#export = value)));
      case 'import':
        return this.#export === undefined ? undefined : also(client!.import(this.#export));
      case 'erase':
        return also(client!.erase({ all: step.all }));
      case 'open':
        return this.#open(options, step.host);
      case 'close':
        this.#tabs = this.#tabs.filter((other) => other !== client);
        session.note('tab closed', client!.actor);
        return client!.close();
      case 'reload':
        // A page that can't be loaded has nothing of the product in it.
        if (this.#isOffline) return undefined;
        await client!.tab.reload();
        return also(client!.connect(client!.options));
      case 'freeze':
        return this.#freeze(client!.tab, step.ms);
      case 'stall':
        return this.#stall(client!, step.ms);
      case 'clock':
        return this.#setClocks(step.ms);
      case 'settle':
        return this.#settle();
      case 'stop workers':
        return orNoted(session, session.stopWorkers());
      case 'kill the browser':
        return this.#kill(options);
      case 'offline':
        session.note('offline');
        this.#isOffline = true;
        return session.server.stop();
      case 'online':
        this.#isOffline = false;
        return session.server.start();
      case 'fill the disk':
        return this.#room && orNoted(session, this.#room.take(0));
      case 'free the disk':
        return this.#room?.give();
      case 'new version':
        return this.#update();
    }
  }

  async #open(options: ConnectOptions, host: HostKind): Promise<void> {
    // A page knows only the trusted strategies.
    const isInPage = host === 'page' && options.strategy === undefined;
    if (this.#isOffline || this.#tabs.length >= TABS) return;
    const client = await this.session.openTab();
    this.#tabs.push(client);
    this.#underWay.push(client.connect(isInPage ? { ...options, serviceWorker: false } : options));
  }

  async #kill(options: ConnectOptions): Promise<void> {
    const { session } = this;
    await session.kill();
    this.#tabs = [];
    await this.#settle();
    await session.server.start();
    this.#isOffline = false;
    await session.relaunch();
    this.#room = await boundRoom(session);
    await this.#open(options, 'worker');
  }

  async #freeze({ send }: Partial<ChromiumTab>, ms: number): Promise<void> {
    if (send === undefined) return;
    await send('Page.setWebLifecycleState', { state: 'frozen' });
    this.session.note('frozen', ms);
    const thaw = sleep(ms).then(() => send('Page.setWebLifecycleState', { state: 'active' }));
    this.#thaws.push(thaw.catch(() => undefined));
  }

  /** Blocks the page like a long task of the app: messages are only heard after the page's own timers have fired. */
  #stall({ tab, actor }: Client, ms: number): void {
    const block = (given: number): void => {
      const end = performance.now() + given;
      while (performance.now() < end);
    };
    this.session.note('stalled', `${actor} for ${ms} ms`);
    this.#thaws.push(tab.evaluate(block, ms).catch(() => undefined));
  }

  async #setClocks(ms: number): Promise<void> {
    this.session.note('clocks set', ms);
    const set = async ({ tab }: Client): Promise<void> => tab.evaluate((offset) => window.kit?.setClockOffset(offset), ms);
    await Promise.all(this.#tabs.map((client) => set(client).catch(() => undefined)));
    await this.#tabs[0]?.tab.evaluate(setWorkerClocks, ms).catch(() => undefined);
  }

  async #update(): Promise<void> {
    await this.#serveVersion();
    this.session.note('new version', this.#version);
    const update = async (): Promise<void> => {
      for (const registration of await navigator.serviceWorker.getRegistrations()) registration.update().catch(() => undefined);
    };
    await this.#tabs[0]?.tab.evaluate(update).catch(() => undefined);
  }

  /** A worker is another version if one byte of its script differs. */
  async #serveVersion(): Promise<void> {
    this.#version += 1;
    for (const path of SCRIPTS) {
      const script = await readFile(`${SITE}${path}`, 'utf8');
      this.session.server.swap(path, { body: `/* version ${this.#version} */\n${withClock(script)}` });
    }
  }

  async #settle(): Promise<void> {
    await Promise.all(this.#underWay.splice(0));
  }

  async #heal(): Promise<void> {
    await this.session.server.start();
    this.#isOffline = false;
    await this.#room?.give();
    await Promise.all(this.#thaws.splice(0));
    await this.#settle();
    await this.#setClocks(0);
  }

  /** Each tab that lived on must be answered again and show the newest nudge. All have one release: none is excused. */
  async #askTabs(): Promise<Finding[]> {
    const findings: Finding[] = [];
    const broken = (text: string): void => void findings.push({ checker: 'C7', kind: 'broken', text });
    const ask = async (client: Client): Promise<void> => {
      const codes = new Set<string>();
      const isAnswered = await until(HEALED_MS, async () => {
        const { type, code } = await client.record();
        if (type !== 'ok') codes.add(code ?? type);
        return type === 'ok';
      }, 100);
      if (isAnswered) return;
      // After a kill, Chromium sometimes starts no workers for any page until it is started again.
      if (await bringsUpWorkers(this.session, client)) broken(`${client.actor} lived through it and can't record any more: ${[...codes].join()}`);
      else leaveOut(this.session, 'tabs that lived through it', 'the browser brought up no worker at all');
    };
    await Promise.all(this.#tabs.map(ask));
    const lookAt = async (client: Client): Promise<void> => {
      let newest: string | undefined;
      const isShown = await until(HEALED_MS, async () => {
        newest = (await look(client)).nudges.at(-1)?.id;
        return newest === undefined || (await client.tab.evaluate((id) => window.client.state().unacknowledged.some((nudge) => nudge.id === id), newest));
      }, 100);
      if (!isShown) broken(`${client.actor} lived through it and does not come to show the newest nudge, ${newest}`);
    };
    if (findings.length === 0) await Promise.all(this.#tabs.map(lookAt));
    return findings;
  }

  /** Removes everything that would run on: worker, database, tabs. */
  async #clean(database: string): Promise<void> {
    const last = this.session.clients.at(-1);
    const clean = async (name: string): Promise<void> => {
      for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister();
      indexedDB.deleteDatabase(name);
    };
    await last?.tab.evaluate(clean, database).catch(() => undefined);
    for (const { tab } of this.session.clients) await tab.close().catch(() => undefined);
    this.#tabs = [];
  }
}

/** A browser under load does not always obey. A fault that did not occur is noted, and the sequence continues. */
async function orNoted(session: Session, fault: Promise<void>): Promise<void> {
  await fault.catch((error: unknown) => session.note('no fault', String(error)));
}

/** Whether the browser starts a worker that has nothing to do with the product. */
async function bringsUpWorkers({ server }: Session, { tab }: Client): Promise<boolean> {
  server.swap('/bare/worker.js', { body: '', headers: { 'content-type': 'text/javascript' } });
  return tab.evaluate(async () => {
    const late = new Promise<undefined>((resolve) => setTimeout(resolve, 5_000));
    const registration = await Promise.race([navigator.serviceWorker.register('/bare/worker.js', { scope: '/bare/' }), late]);
    const worker = registration?.active ?? registration?.waiting ?? registration?.installing;
    const isUp = new Promise<true>((resolve) => {
      const look = (): void => void (worker?.state === 'activated' && resolve(true));
      worker?.addEventListener('statechange', look);
      look();
    });
    return (await Promise.race([isUp, late])) === true;
  });
}

async function acknowledgeSome(client: Client): Promise<void> {
  const { type, value } = await client.nudges();
  const nudges = type === 'ok' ? (value as unknown[]) : [];
  if (nudges.length > 0) await client.acknowledge(nudges.slice(0, 3));
}

/** Whether the order of the history is promised: not after an erasure or import, nor with a strategy stopped twice. */
function isOrdered({ worker, steps }: Sequence): boolean {
  return worker === 'ready-made' && !steps.some(({ kind }) => kind === 'erase' || kind === 'import');
}
