import type { Tab } from '../engines/engine.ts';
import type { Ended, PageOptions, Told } from '../site/page.ts';
import { deadlinesOf, endOf, type EndType, type History, type Json } from './history.ts';
import { sleep } from './wait.ts';

/** Options of the client, as far as JSON can carry them, and what the page adds. */
export type ConnectOptions = PageOptions;

/** How a call ended. It is a value: in this kit, a failure is not an exception. */
export interface Outcome {
  /** `info`: it is unknown whether the call took effect. */
  readonly type: EndType;
  readonly code?: string;
  /** The answer of an `ok`; the message and details of an error. */
  readonly value?: unknown;
}

/** What a call is about, for the history. */
interface About {
  readonly ids?: readonly number[];
  readonly value?: Json;
  readonly loop?: string;
}

/** What a client needs from its session. */
export interface ClientContext {
  readonly history: History;
  /** Completes actions: each gets its own number, steps, and the canary. */
  readonly number: (action: Readonly<Record<string, unknown>>) => Record<string, unknown> & { readonly n: number };
  /** Milliseconds beyond the client's own deadline after which a call counts as hung. */
  readonly margin: () => number;
}

/** The client's own deadline, if the options name none. */
const DEADLINE = 10_000;

/** A tab with a connected client. Every call and its end are noted in the history. */
export class Client {
  /** The options of the last connection. */
  options: ConnectOptions = {};
  #lives = 0;
  /** The lives that are not connected yet: several, if the page was reloaded in the meantime. */
  readonly #connecting = new Set<number>();

  constructor(
    readonly tab: Tab,
    readonly name: string,
    readonly context: ClientContext,
  ) {}

  /** The client's name in the history: after a reload, the page is another client. */
  get actor(): string {
    return this.#lives <= 1 ? this.name : `${this.name}/${this.#lives}`;
  }

  /** The path of the worker's script that it requests. */
  get script(): string {
    const { serviceWorker } = this.options;
    const url = typeof serviceWorker === 'object' ? serviceWorker.url : '/nudgeloop/service-worker.js';
    return url.replace(/\?.*/, '');
  }

  /** Connects, in a page that was loaded or reloaded, and waits until the client is ready or failed. */
  async connect(options: ConnectOptions = {}): Promise<Outcome> {
    this.#lives += 1;
    this.options = options;
    const made = this.tab.evaluate((given) => window.kit.connect(given as never), options);
    const life = this.#lives;
    this.#connecting.add(life);
    const connected = this.#noted('connect', { value: options as Json }, async () => {
      await made;
      return this.tab.evaluate(async () => {
        // Settles either way; the connection itself is not a call with a deadline of its own. Don't use the state's
        // error: a greeting in the meantime may have cleared it.
        const ready = await window.client.ready.then(
          (value) => ({ ok: true, value }) as const,
          (error: { code?: string; toData?(): Json }) => ({ ok: false, code: error.code ?? 'untyped', value: error.toData?.() ?? null }) as const,
        );
        const { epoch } = window.client.state();
        return { t: Date.now(), told: window.kit.take(), ...(epoch === null ? {} : { epoch }), ...ready };
      });
    });
    return connected.finally(() => this.#connecting.delete(life));
  }

  /** Reloads the page and connects again, by default with the same options. */
  async reload(options: ConnectOptions = this.options): Promise<Outcome> {
    await this.tab.reload();
    return this.connect(options);
  }

  /** Opens another loop over the same connection. Name it in the calls that are meant for it. */
  openLoop(loop: string, options: Readonly<Record<string, unknown>> = {}): Promise<void> {
    this.context.history.note({ actor: this.actor, type: 'invoke', call: -1, op: 'loop', value: { loop, ...(options as Record<string, Json>) } });
    return this.tab.evaluate((name, given) => window.kit.openLoop(name, given as never), loop, options);
  }

  /** Records one or several actions. Missing fields are filled in, above all the number `n`. */
  record(actions: Readonly<Record<string, unknown>> | readonly Readonly<Record<string, unknown>>[] = {}, loop?: string): Promise<Outcome> {
    const given = [actions].flat().map(this.context.number);
    return this.call('record', [Array.isArray(actions) ? given : given[0]], { ids: given.map(({ n }) => n), ...loopOf(loop) });
  }

  setGoalState(goal: Readonly<Record<string, unknown>>, loop?: string): Promise<Outcome> {
    return this.call('setGoalState', [goal], { value: goal as Json, ...loopOf(loop) });
  }

  /** Suggests from the stored history, or from a given `history`, which replaces the stored one. */
  suggestActions(actions: readonly Readonly<Record<string, unknown>>[], history: readonly Readonly<Record<string, unknown>>[] = []): Promise<Outcome> {
    const past = history.map(this.context.number);
    const given = actions.map(this.context.number);
    return this.call('suggestActions', [past, given], {
      ids: [...past, ...given].map(({ n }) => n),
      value: { replaces: past.length > 0 },
    });
  }

  history(range: Readonly<Record<string, number>> = {}, loop?: string): Promise<Outcome> {
    return this.call('history', [range], loopOf(loop));
  }

  nudges(loop?: string): Promise<Outcome> {
    return this.call('nudges', [], loopOf(loop));
  }

  acknowledge(nudges: unknown, loop?: string): Promise<Outcome> {
    const given = [nudges].flat() as { readonly seq?: number; readonly id?: string }[];
    const value = { seqs: given.map(({ seq }) => seq ?? -1), nudges: given.map(({ id }) => id ?? null) };
    return this.call('acknowledge', [nudges], { value, ...loopOf(loop) });
  }

  resetHistory(loop?: string): Promise<Outcome> {
    return this.call('resetHistory', [], loopOf(loop));
  }

  export(loop?: string): Promise<Outcome> {
    return this.call('export', [], loopOf(loop));
  }

  /** Imports. The numbers of the actions in `data` are noted, since they come (back) with it. */
  import(data: unknown, loop?: string): Promise<Outcome> {
    const { history = [], pending = [] } = (data ?? {}) as { history?: { action?: unknown }[]; pending?: { actions?: unknown[] }[] };
    const actions = [...history.map(({ action }) => action), ...pending.flatMap((entry) => entry.actions ?? [])];
    const ids = actions.map((action) => (action as { n?: unknown } | null)?.n).filter((n) => typeof n === 'number');
    return this.call('import', [data], { ids, value: { pending: pending.length }, ...loopOf(loop) });
  }

  erase(options: { readonly all?: boolean } = {}, loop?: string): Promise<Outcome> {
    return this.call('erase', [options], { value: options as Json, ...loopOf(loop) });
  }

  inspect(loop?: string): Promise<Outcome> {
    return this.call('inspect', [], loopOf(loop));
  }

  poke(loop?: string): Promise<Outcome> {
    return this.call('poke', [], loopOf(loop));
  }

  /** Calls any method, such as `deadLetters.retry`. */
  call(op: string, given: readonly unknown[], about: About = {}): Promise<Outcome> {
    // For letters, their actions: a discard takes only those.
    const letters = op.startsWith('deadLetters.') ? ([given[0]].flat() as ({ actions?: readonly { n?: unknown }[] } | null | undefined)[]) : [];
    const ids = letters.flatMap((letter) => letter?.actions ?? []).map(({ n }) => n).filter((n) => typeof n === 'number');
    return this.#noted(op, ids.length === 0 ? about : { ...about, ids }, () =>
      this.tab.evaluate((name, all, loop) => window.kit.call(name, all, loop ?? undefined), op, given, about.loop ?? null),
    );
  }

  /** Fetches what the page was told in the meantime; nothing if the tab is gone. */
  async pull(): Promise<void> {
    const told = await this.tab.evaluate(() => window.kit?.take() ?? []).catch(() => []);
    this.#noteTold(told);
  }

  async close(): Promise<void> {
    await this.pull();
    await this.tab.close();
  }

  /** Notes a call and its end. If none comes in time, the call ends as `hung`. */
  async #noted(op: string, about: About, run: () => Promise<Ended>): Promise<Outcome> {
    const { history, margin } = this.context;
    const { actor } = this;
    const { deadline: own = DEADLINE, speed = 1 } = this.options;
    const deadline = (deadlinesOf(op, this.#connecting.has(this.#lives)) * own) / speed + margin();
    const { ids, value, loop } = about;
    const call = history.invoke({
      actor,
      op,
      deadline,
      ...(ids === undefined ? {} : { ids }),
      ...(value === undefined && loop === undefined ? {} : { value: { ...(value as Record<string, Json>), ...loopOf(loop) } }),
    });
    const answer = run().catch((error: unknown): { readonly gone: string } => ({ gone: String(error) }));
    const ended = await Promise.race([answer, sleep(deadline).then(() => undefined)]);
    const about_ = { actor, call, op, ...(ids === undefined ? {} : { ids }) };
    if (ended === undefined) {
      history.note({ ...about_, type: 'info', code: 'hung' });
      return { type: 'info', code: 'hung' };
    }
    if ('gone' in ended) {
      history.note({ ...about_, type: 'info', code: 'gone', value: ended.gone });
      return { type: 'info', code: 'gone' };
    }
    this.#noteTold(ended.told, actor);
    const type = ended.ok ? 'ok' : endOf(ended.code ?? '', ended.value);
    const code = ended.code === undefined ? {} : { code: ended.code };
    history.note({
      ...about_,
      ...code,
      type,
      t: ended.t,
      value: (ended.value ?? null) as Json,
      ...(ended.epoch === undefined ? {} : { epoch: ended.epoch }),
    });
    return { type, value: ended.value, ...code };
  }

  #noteTold(told: readonly Told[], actor = this.actor): void {
    for (const { t, op, value } of told) this.context.history.note({ t, op, actor, type: 'told', call: 0, value: value as Json });
  }
}

function loopOf(loop: string | undefined): { loop?: string } {
  return loop === undefined ? {} : { loop };
}
