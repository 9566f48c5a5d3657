import { describe, expect, test, vi } from 'vitest';
import { createClient } from '../../../src/page/client.ts';
import type { ClientOptions } from '../../../src/page/client-options.ts';
import type { GoalFeedbackStrategy } from '../../../src/loop/strategies/strategy.ts';
import type { ActionSource } from '../../../src/loop/sources/action-source.ts';
import type { Action } from '../../../src/model/action.ts';
import type { Nudge } from '../../../src/model/nudge.ts';
import { channelName } from '../../../src/protocol/version.ts';
import { createFakeBrowser, settle } from './fake-browser.ts';

type Browser = ReturnType<typeof createFakeBrowser>;
type Page = ReturnType<Browser['openPage']>;

function openClient(page: Page, options: ClientOptions = {}) {
  return createClient({ serviceWorker: page.registration, ...options }, page.realm);
}

function setUp(options: ClientOptions = {}, browser = createFakeBrowser()) {
  const page = browser.openPage();
  return { browser, page, client: openClient(page, options) };
}

describe('a client and a worker', () => {
  test('turn a recorded action into a nudge, with calls made before the connection', async () => {
    const { client } = setUp({ goalState: { steps: 10_000 } });
    const nudges: Nudge[] = [];
    client.on('nudge', (nudge) => nudges.push(nudge));
    expect(client.state().phase).toBe('connecting');
    const receipt = await client.record({ steps: 4_000 });
    expect(receipt).toMatchObject({ loop: 'default', count: 1, duplicate: false, durable: false });
    expect(nudges).toMatchObject([{ seq: 0, cause: 'actions', suggestions: [{ steps: expect.any(Number) }], goalState: { steps: 10_000 } }]);
    expect(client.state()).toMatchObject({ phase: 'ready', host: 'service-worker', fallbackReason: null, unacknowledged: nudges });
    expect(await client.ready).toMatchObject({ host: 'service-worker' });
  });

  test('acknowledge once between them, and tell every tab', async () => {
    const { browser, client } = setUp({ goalState: { steps: 10 } });
    const other = openClient(browser.openPage());
    const seen: string[] = [];
    client.on('nudge', ({ seq }) => seen.push(`one ${seq}`));
    other.on('nudge', ({ seq }) => seen.push(`two ${seq}`));
    other.on('acknowledged', ({ seqs }) => seen.push(`gone ${seqs.join()}`));
    await other.ready;
    await client.record({ steps: 1 });
    await settle();
    expect(seen).toEqual(['one 0', 'two 0']);
    const [nudge] = await client.nudges();
    expect(await Promise.all([client.acknowledge(nudge!), other.acknowledge(nudge!)])).toEqual([1, 0]);
    await settle();
    expect(seen.at(-1)).toBe('gone 0');
    expect(other.state().unacknowledged).toEqual([]);
    expect(await other.nudges()).toEqual([]);
  });

  test('keep a nudge for the first listener, however late it comes', async () => {
    const { client } = setUp({ goalState: { steps: 10 } });
    await client.record({ steps: 1 });
    await client.record({ steps: 2 });
    const seqs: number[] = [];
    client.on('nudge', ({ seq }) => seqs.push(seq));
    await settle();
    await client.record({ steps: 3 });
    expect(seqs).toEqual([0, 1, 2]);
  });

  test('take actions as they were at the call', async () => {
    const { client } = setUp();
    const action: Record<string, unknown> = { steps: 1 };
    const recording = client.record(action);
    action['steps'] = Number.NaN;
    await recording;
    expect((await client.history()).map((entry) => entry.action['steps'])).toEqual([1]);
  });

  test('refuse a bad action in the page, and the next call is not affected', async () => {
    const { client, browser } = setUp();
    await client.ready;
    const sent = browser.messages.sent('requests');
    await expect(client.record({ steps: Number.NaN })).rejects.toMatchObject({ code: 'action.invalid', details: { path: 'steps' } });
    expect(browser.messages.sent('requests')).toBe(sent);
    expect((await client.record({ steps: 1 })).id).toMatch(/-0$/);
  });

  test('stamp an action with the time of the call, not of the connection', async () => {
    const { client, browser } = setUp();
    const before = browser.clock.now();
    browser.messages.hold('requests');
    const recording = client.record({ steps: 1 });
    await settle();
    browser.clock.advance(700);
    browser.messages.release();
    await recording;
    expect((await client.history())[0]?.at).toBe(before);
  });

  test('import what a framework wraps in a proxy, as it was at the call', async () => {
    const { client } = setUp();
    await client.setGoalState({ steps: 8_000 });
    await client.record({ steps: 4_200 });
    const wrapped = <T extends object>(target: T): T =>
      new Proxy(target, { get: (from, key, self) => { const value: unknown = Reflect.get(from, key, self); return typeof value === 'object' && value !== null ? wrapped(value) : value; } });
    const exported = JSON.parse(JSON.stringify(await client.export())) as { goalState: { steps: number } };
    await client.erase();
    const imported = client.import(wrapped(exported));
    exported.goalState.steps = 1;
    await expect(imported).resolves.toBe(1);
    expect((await client.inspect()).loop.goalState).toEqual({ steps: 8_000 });
  });

  test('survive lost messages: the call is sent again and counts once', async () => {
    const { client, browser } = setUp({ goalState: { steps: 10 } });
    await client.ready;
    browser.messages.lose('requests');
    const recording = client.record({ steps: 1 });
    await settle();
    browser.messages.heal();
    browser.clock.advance(1_000);
    expect(await recording).toMatchObject({ count: 1, duplicate: false });
    expect(await client.history()).toHaveLength(1);
  });

  test('do not run a call twice when its copy overtakes an answer that is still worked for', async () => {
    // A source is asked at each poke that is run; whatever a strategy did, the next poke would find nothing left.
    const asked: (() => void)[] = [];
    let isSlow = false;
    const source: ActionSource = {
      name: 'asked',
      async poll(cursor) {
        await new Promise<void>((resolve) => (isSlow ? asked.push(resolve) : resolve()));
        return { actions: isSlow ? [{ steps: 1 }] : [], cursor };
      },
    };
    const { client, browser } = setUp({}, createFakeBrowser({ sources: [source] }));
    // The page pokes by itself when it has connected.
    await client.ready;
    await settle();
    isSlow = true;
    const sent = browser.messages.sent('requests');
    browser.messages.hold('answers');
    // At a hint the page would read, and what it sends is counted.
    browser.messages.lose('hints');
    const poking = client.poke();
    await settle();
    browser.clock.advance(1_000);
    await settle();
    expect(browser.messages.sent('requests') - sent).toBe(2);
    for (const go of asked) go();
    browser.messages.release();
    expect(await poking).toMatchObject({ polled: 1 });
    await settle();
    expect(asked).toHaveLength(1);
    expect(await client.history()).toMatchObject([{ action: { steps: 1 } }]);
  });

  test('let no call hang when the worker never answers', async () => {
    const { client, browser } = setUp();
    await client.ready;
    browser.messages.lose('requests');
    const sent = browser.messages.sent('requests');
    const reading = client.history();
    const suggesting = client.suggestActions([], [{ steps: 1 }]);
    const failed = Promise.allSettled([reading, suggesting]);
    for (let second = 0; second < 11; second += 1) {
      await settle();
      browser.clock.advance(1_000);
    }
    expect(await failed).toMatchObject([
      { status: 'rejected', reason: { code: 'call.timeout', details: { call: 'history' } } },
      { status: 'rejected', reason: { code: 'call.timeout', details: { call: 'suggestActions' } } },
    ]);
    // 4 copies of the one, 1 of the other: a suggestion extends the history each time.
    expect(browser.messages.sent('requests') - sent).toBe(5);
  });

  test('refuse what a bounded queue has no room for, and take more when it has', async () => {
    const { client, browser } = setUp({ queueLimit: 2 });
    await client.ready;
    browser.messages.hold('requests');
    const first = client.record([{ steps: 1 }, { steps: 2 }]);
    await expect(client.record({ steps: 3 })).rejects.toMatchObject({ code: 'queue.full', details: { limit: 2 }, message: expect.stringContaining('Wait for earlier calls') });
    // However long one waits, such a list has no room.
    await expect(client.record([{ steps: 1 }, { steps: 2 }, { steps: 3 }])).rejects.toMatchObject({ message: expect.stringContaining('Split the list') });
    await settle();
    browser.messages.release();
    await first;
    await expect(client.record({ steps: 3 })).resolves.toMatchObject({ count: 1 });
  });

  test('wake the worker again after it was stopped', async () => {
    const { client, browser } = setUp();
    await client.ready;
    browser.stopWorker();
    await expect(client.poke()).resolves.toMatchObject({ processed: 0 });
    expect(browser.starts()).toBe(2);
  });

  test('say that the database is another one before they answer from it', async () => {
    // The fake worker keeps its data in memory: to stop it is to destroy the database.
    const { client, browser } = setUp({ goalState: { steps: 10 } });
    await client.record({ steps: 1 });
    const order: string[] = [];
    client.on('epoch.reset', () => order.push('reset'));
    browser.stopWorker();
    await client.history().then((entries) => order.push(`history of ${entries.length}`));
    expect(order).toEqual(['reset', 'history of 0']);
    expect(client.state().unacknowledged).toEqual([]);
  });

  test('record into the new database when the old one is gone, with settings and goal, under a new id', async () => {
    const { client, browser } = setUp({ goalState: { steps: 10 }, retentionLimit: 7 });
    const nudges: Nudge[] = [];
    client.on('nudge', (nudge) => nudges.push(nudge));
    await client.record({ steps: 1 });
    browser.stopWorker();
    const resets: unknown[] = [];
    client.on('epoch.reset', (event) => resets.push(event));
    expect(await client.record({ steps: 2 })).toMatchObject({ count: 1, duplicate: false, id: expect.stringMatching(/-2$/) });
    expect(resets).toHaveLength(1);
    expect(await client.history()).toHaveLength(1);
    expect((await client.inspect()).loop).toMatchObject({ goalState: { steps: 10 }, settings: { retentionLimit: 7 } });
    expect(nudges.map(({ suggestions }) => suggestions.length)).toEqual([1, 1]);
  });

  test('stay erased in a tab that slept through it: no alarm, and no goal put back', async () => {
    const browser = createFakeBrowser();
    const [sleeper, eraser] = [browser.openPage(), browser.openPage()];
    const one = openClient(sleeper, { goalState: { weight: 60 } });
    await one.record({ weight: 80 });
    const two = openClient(eraser);
    await two.ready;
    const heard: string[] = [];
    one.on('epoch.reset', () => heard.push('reset'));
    one.on('erased', () => heard.push('erased'));
    sleeper.live('pagehide');
    await two.erase({ all: true });
    await settle();
    sleeper.live('pageshow');
    await one.history();
    await settle();
    expect(heard).toEqual(['erased']);
    expect((await two.inspect()).loop.goalState).toBeNull();
  });

  test('erase everywhere, tell every tab, and announce no lost database', async () => {
    const { browser, client } = setUp({ goalState: { steps: 10 } });
    const other = openClient(browser.openPage());
    await other.ready;
    await client.record({ steps: 1 });
    const heard: string[] = [];
    for (const one of [client, other]) {
      one.on('erased', ({ loop }) => heard.push(`erased ${loop}`));
      one.on('epoch.reset', () => heard.push('reset'));
    }
    expect(await client.erase({ all: true })).toMatchObject({ loops: ['default'], actions: 1, nudges: 1 });
    await settle();
    expect(heard).toEqual(['erased null', 'erased null']);
    expect(await other.history()).toEqual([]);
    expect((await client.inspect()).loop.goalState).toBeNull();
    expect(heard).toHaveLength(2);
  });

  test('keep named loops apart over one connection', async () => {
    const { client } = setUp({ goalState: { steps: 10 } });
    const quiz = client.loop('quiz', { goalState: { mastery: 1 } });
    expect(client.loop('quiz')).toBe(quiz);
    const heard: string[] = [];
    client.on('nudge', ({ loop }) => heard.push(loop));
    quiz.on('nudge', ({ loop }) => heard.push(loop));
    await quiz.record({ mastery: 0.5 });
    await client.record({ steps: 5 });
    expect(heard).toEqual(['quiz', 'default']);
    await quiz.erase();
    expect(await client.history()).toHaveLength(1);
    expect(await quiz.history()).toHaveLength(0);
  });

  test('let no loop fail for a bad option of another one, first or not', async () => {
    const { client } = setUp({ strategy: { type: 'nowhere' } });
    const other = client.loop('other');
    expect(await other.record({ n: 1 })).toMatchObject({ loop: 'other', count: 1 });
    expect(other.state()).toMatchObject({ phase: 'ready', error: null });
    await expect(client.record({ n: 1 })).rejects.toMatchObject({ code: 'strategy.unknown' });
    expect(client.state()).toMatchObject({ phase: 'failed', error: { code: 'strategy.unknown' } });
  });

  test('that only the worker\'s strategies can serve are refused by the page in its place, and taken once the worker answers', async () => {
    const strategies = { own: () => ({ suggestActions: async (_history: unknown, actions: readonly Action[]) => actions }) };
    const { client, browser } = setUp({ strategy: { type: 'own' }, deadline: 2_000 }, createFakeBrowser({ strategies }));
    browser.messages.lose('requests');
    const later = async <T>(call: Promise<T>): Promise<T> => {
      for (let second = 0; second < 2; second += 1) {
        await settle();
        browser.clock.advance(1_000);
      }
      return call;
    };
    await later(expect(client.record({ n: 1 })).rejects.toMatchObject({ code: 'strategy.unknown' }));
    // Whatever is refused, what is stored can be erased.
    expect(await later(client.erase())).toMatchObject({ loops: ['default'] });
    browser.messages.heal();
    expect(await client.record({ n: 2 })).toMatchObject({ count: 1 });
    expect(client.state()).toMatchObject({ phase: 'ready', host: 'service-worker', fallbackReason: null });
  });

  test('with a strategy that the page can\'t serve stand in no other loop\'s way there, whichever comes first', async () => {
    for (const isFirst of [true, false]) {
      const { client } = setUp({ strategy: { type: 'nowhere' }, serviceWorker: false });
      const other = client.loop('other');
      const begin = { refused: () => client.record({ n: 1 }), taken: () => other.record({ n: 1 }) };
      const early = isFirst ? begin.refused() : undefined;
      const taken = begin.taken();
      await expect(early ?? begin.refused()).rejects.toMatchObject({ code: 'strategy.unknown' });
      expect(await taken).toMatchObject({ loop: 'other', count: 1 });
    }
  });

  test('deliver again after a loop was erased, though its numbers begin anew', async () => {
    const { client } = setUp();
    const seqs: number[] = [];
    client.on('nudge', ({ seq }) => seqs.push(seq));
    for (const round of [1, 2]) {
      await client.setGoalState({ steps: 10 });
      await client.record({ steps: round });
      await settle();
      if (round === 1) await client.erase();
    }
    expect(seqs).toEqual([0, 0]);
  });

  test('judge anew when the goal changes, and do nothing when it does not', async () => {
    const { client } = setUp({ goalState: { steps: 10 } });
    const causes: string[] = [];
    client.on('nudge', ({ cause }) => causes.push(cause));
    await client.record({ steps: 4 });
    expect(await client.setGoalState({ steps: 20 })).toEqual({ changed: true });
    expect(await client.setGoalState({ steps: 20 })).toEqual({ changed: false });
    await settle();
    expect(causes).toEqual(['actions', 'goal']);
    await expect(client.setGoalState([] as never)).rejects.toMatchObject({ code: 'goal.invalid' });
  });

  test('run an untrusted strategy after the answer, and bring its nudge', async () => {
    let go = (): void => undefined;
    const answered: number[] = [];
    const strategy: GoalFeedbackStrategy = {
      async suggestActions(_history, actions) {
        answered.push(browser.messages.sent('answers') - before);
        await new Promise<void>((resolve) => (go = resolve));
        return actions.map((action) => ({ ...action, steps: 7 }));
      },
    };
    const { browser, client } = setUp({ goalState: { steps: 10 }, strategy: { type: 'seven' } }, createFakeBrowser({ strategies: { seven: () => strategy } }));
    const nudges: Nudge[] = [];
    client.on('nudge', (nudge) => nudges.push(nudge));
    await client.ready;
    await settle();
    const before = browser.messages.sent('answers');
    expect(await client.record({ steps: 1 })).toMatchObject({ count: 1 });
    await settle();
    // The answer was out before the strategy began, and came though it is not done.
    expect(answered).toEqual([1]);
    expect(nudges).toEqual([]);
    // Before it was known how long the strategy would take.
    expect(browser.syncTags).toEqual(['nudgeloop:nudgeloop']);
    go();
    await settle();
    expect(nudges).toMatchObject([{ suggestions: [{ steps: 7 }] }]);
  });

  test('ask the browser to come back when a strategy failed, and not in a circle', async () => {
    const strategy = { suggestActions: () => Promise.reject(new Error('no')) };
    const { browser, client } = setUp({ goalState: { steps: 10 } }, createFakeBrowser({ strategy }));
    const logged: string[] = [];
    client.on('log', ({ code }) => logged.push(code));
    await client.record({ steps: 1 });
    await settle();
    expect(new Set(browser.syncTags)).toEqual(new Set(['nudgeloop:nudgeloop']));
    const asked = browser.syncTags.length;
    expect(logged).toContain('worker.backoff');
    await expect(browser.sync('nudgeloop:nudgeloop')).rejects.toThrow('work is left');
    await expect(browser.sync('nudgeloop:nudgeloop', true)).resolves.toBeDefined();
    await expect(browser.sync('the-apps-own')).resolves.toEqual([]);
    expect(browser.syncTags).toHaveLength(asked);
  });

  test('catch up when the page comes back from the cache, where nothing was heard', async () => {
    const { browser, page, client } = setUp({ goalState: { steps: 10 } });
    const other = openClient(browser.openPage());
    const seqs: number[] = [];
    client.on('nudge', ({ seq }) => seqs.push(seq));
    await client.ready;
    await settle();
    page.live('pagehide');
    await other.record({ steps: 1 });
    await other.record({ steps: 2 });
    await settle();
    expect(seqs).toEqual([]);
    page.live('pageshow');
    await settle();
    expect(seqs).toEqual([0, 1]);
  });

  test('show no nudge that another tab acknowledged while the page slept', async () => {
    const { browser, page, client } = setUp({ goalState: { steps: 10 } });
    const other = openClient(browser.openPage());
    const gone: (readonly number[])[] = [];
    client.on('nudge', () => undefined);
    client.on('acknowledged', ({ seqs }) => gone.push(seqs));
    await client.record({ steps: 1 });
    await client.record({ steps: 2 });
    await other.ready;
    page.live('pagehide');
    const [first] = await other.nudges();
    await other.acknowledge(first!);
    await settle();
    expect(client.state().unacknowledged.map(({ seq }) => seq)).toEqual([0, 1]);
    page.live('pageshow');
    await settle();
    expect(client.state().unacknowledged.map(({ seq }) => seq)).toEqual([1]);
    expect(gone).toEqual([[0]]);
  });

  test('report a listener that throws, and call the others', async () => {
    const { browser, client } = setUp({ goalState: { steps: 10 } });
    const heard: string[] = [];
    client.on('nudge', () => {
      throw new Error('mine');
    });
    client.on('nudge', () => heard.push('nudge'));
    client.on('log', ({ code }) => heard.push(code));
    await client.record({ steps: 1 });
    expect(heard).toEqual(expect.arrayContaining(['listener.failed', 'nudge']));
    expect(() => browser.clock.advance(0)).toThrow('mine');
  });

  test('poke at the poll interval while the page is visible, and only then', async () => {
    const { browser, page, client } = setUp({ pollInterval: 30_000 });
    await client.ready;
    await settle();
    const sent = browser.messages.sent('requests');
    browser.clock.advance(30_000);
    await settle();
    expect(browser.messages.sent('requests') - sent).toBe(1);
    page.setVisible(false);
    browser.clock.advance(300_000);
    await settle();
    expect(browser.messages.sent('requests') - sent).toBe(1);
    page.setVisible(true);
    await settle();
    expect(browser.messages.sent('requests') - sent).toBe(2);
  });

  test('end with dispose: waiting and later calls reject, and it may be called twice', async () => {
    const { browser, client } = setUp();
    await client.ready;
    browser.messages.lose('requests');
    const waiting = client.history();
    await settle();
    client.dispose();
    client.dispose();
    await expect(waiting).rejects.toMatchObject({ code: 'client.disposed' });
    await expect(client.record({ steps: 1 })).rejects.toMatchObject({ code: 'client.disposed' });
    expect(client.state().phase).toBe('disposed');
    expect(client.loop('late').state().phase).toBe('disposed');
    const sent = browser.messages.sent('requests');
    browser.clock.advance(600_000);
    await settle();
    expect(browser.messages.sent('requests')).toBe(sent);
  });

  test('end with dispose even before the connection', async () => {
    const { browser, client } = setUp();
    browser.messages.lose('requests');
    const waiting = client.record({ steps: 1 });
    client.dispose();
    await expect(waiting).rejects.toMatchObject({ code: 'client.disposed' });
    await expect(client.ready).rejects.toMatchObject({ code: 'client.disposed' });
  });

  test('ignore what somebody else says on the channel', async () => {
    const { page, client, browser } = setUp({ goalState: { steps: 10 } });
    await client.ready;
    const stranger = page.realm.openChannel(channelName('nudgeloop'));
    const sent = browser.messages.sent('requests');
    for (const message of [null, 7, { nudgeloop: 1, epoch: 'x' }, { nudgeloop: 99, epoch: 'x', event: { type: 'from.the.future' } }]) {
      stranger?.postMessage(message);
    }
    await settle();
    expect(browser.messages.sent('requests')).toBe(sent);
    expect(client.state().phase).toBe('ready');
  });

  test('move dead letters back and away', async () => {
    const strategy = { suggestActions: vi.fn((_history: readonly Action[], _actions: readonly Action[]): Promise<Action[]> => Promise.reject(new Error('no'))) };
    const { browser, client } = setUp({ goalState: { steps: 10 }, pollInterval: 1_000 }, createFakeBrowser({ strategy }));
    const nudges: Nudge[] = [];
    client.on('nudge', (nudge) => nudges.push(nudge));
    for (const steps of [1, 2]) await client.record({ steps });
    for (let minute = 0; minute < 12; minute += 1) {
      await settle();
      browser.clock.advance(60_000);
    }
    await settle();
    const [back, away, ...others] = await client.deadLetters.list();
    expect([back, away, ...others]).toMatchObject([1, 2].map((steps) => ({ actions: [{ steps }], reason: { code: 'strategy.failed' } })));
    expect([await client.history(), nudges]).toEqual([[], []]);

    strategy.suggestActions.mockImplementation(async (_history, actions) => [...actions]);
    expect(await client.deadLetters.retry(back!)).toBe(1);
    expect(await client.deadLetters.retry([back!])).toBe(0);
    expect(await client.deadLetters.discard(away!)).toBe(1);
    expect(await client.deadLetters.discard([away!])).toBe(0);
    await settle();
    expect(await client.deadLetters.list()).toEqual([]);
    expect(await client.history()).toMatchObject([{ action: { steps: 1 } }]);
    expect(nudges).toMatchObject([{ suggestions: [{ steps: 1 }] }]);
  });
});
