// Chunks that are loaded later, loaded ahead: real time does not pass while simulated time does.
import '../../../src/page/worker/explain.ts';
import '../../../src/page/session/in-page-host.ts';
import { createMemoryPersistence, createSequentialIds, type GoalFeedbackStrategy, type NudgeloopError } from 'nudgeloop/core';
import { withFaults } from 'nudgeloop/testing';
import { expect, test } from 'vitest';
import { createClient } from '../../../src/page/client.ts';
import type { Nudge } from '../../../src/model/nudge.ts';
import { createSimulatedBrowser } from '../../../src/testing/browser/simulated-browser.ts';
import { advancing, createChance } from './random-harness.ts';

const own: GoalFeedbackStrategy = { suggestActions: (_history, actions) => actions };
const OPTIONS = { goalState: { steps: 10_000 }, strategies: { own: () => own } };

/** Users record and acknowledge in up to three tabs, while messages, workers, tabs and the storage fail at random. */
async function live(seed: number) {
  const { random, one } = createChance(seed);
  const [isOwn, support] = [one(true, false), one('working', 'working', 'unsupported')] as const;
  const storage = withFaults({ ...createMemoryPersistence({ newId: createSequentialIds('epoch') }), durable: true });
  const browser = createSimulatedBrowser({ worker: { strategies: OPTIONS.strategies }, start: 1_750_000_000_000, seed, storage });
  const { clock, wire, worker } = browser;
  const advance = advancing(clock);

  const open = () => {
    const page = browser.openPage({ support });
    const client = createClient({ ...OPTIONS, ...(isOwn && { strategy: { type: 'own' } }), ...(support === 'working' && { serviceWorker: page.registration }) }, page.realm);
    const nudges: Nudge[] = [];
    client.on('nudge', (nudge) => void nudges.push(nudge));
    return { page, client, nudges, taken: [] as number[] };
  };
  const tabs = [open()];
  const all = [...tabs];
  await advance(0);
  let numbers = 0;
  let waiting = 0;
  const refused: number[] = [];
  const acknowledged: string[] = [];

  const record = (): void => {
    const tab = one(...tabs);
    const n = (numbers += 1);
    waiting += 1;
    const isSure = ({ code, details }: NudgeloopError): boolean => details?.['resent'] !== true && code.startsWith('storage.');
    const recorded = tab.client.record({ n }).then(
      () => void tab.taken.push(n),
      (error: NudgeloopError) => void (isSure(error) && refused.push(n)),
    );
    void recorded.finally(() => (waiting -= 1));
  };
  const acknowledge = (): void => {
    const { client, nudges } = one(...tabs);
    if (nudges.length === 0) return;
    const nudge = one(...nudges);
    client.acknowledge(nudge).then((count) => count > 0 && acknowledged.push(nudge.id), () => undefined);
  };
  const openAnother = (): void => {
    if (tabs.length === 3) return;
    const tab = open();
    tabs.push(tab);
    all.push(tab);
  };
  const close = (): void => {
    const [gone] = tabs.length > 1 ? tabs.splice(random(tabs.length), 1) : [];
    if (gone === undefined) return;
    gone.page.life.end();
    gone.client.dispose();
  };
  const kinds = [undefined, 'requests', 'waking', 'answers', 'hints'] as const;
  for (let step = 0; step < 40; step += 1) {
    one(
      record, record, record, record, acknowledge, acknowledge, openAnother, close,
      () => worker.kill(one('now', 'before-commit', 'after-commit')),
      () => wire.lose(one(...kinds), one(0.3, 1)),
      () => wire.hold(one(...kinds)),
      wire.heal,
      () => storage.faults.failNext(1 + random(2), one('storage.failed', 'storage.quota')),
      () => storage.faults.failReads('storage.blocked'),
      storage.faults.heal,
    )();
    await advance(one(0, 0, 1, 100, 1_000, 3_000));
  }
  wire.heal();
  storage.faults.heal();
  await advance(60_000);
  // A tab whose greeting failed greets again when its user comes back.
  for (const { page } of tabs) page.live('visibilitychange');
  await advance(120_000);
  const { client } = tabs[0]!;
  const stored = Promise.all([client.history({ limit: 1_000 }), client.export(), client.deadLetters.list(), client.nudges()]);
  await advance(0);
  const [history, { pending }, dead, outbox] = await stored;
  const numbersIn = [...history.map(({ action }) => action), ...[...pending, ...dead].flatMap(({ actions }) => actions)].map((action) => action['n'] as number);
  return { isOwn, tabs, all, waiting, refused, acknowledged, numbersIn, outbox: outbox.map(({ id }) => id) };
}

test.each(Array.from({ length: 50 }, (_none, seed) => seed))('whatever fails, what was acknowledged is there once and in order, and each tab has each nudge once (seed %i)', async (seed) => {
  const { isOwn, tabs, all, waiting, refused, acknowledged, numbersIn, outbox } = await live(seed);
  expect(waiting).toBe(0);
  expect(numbersIn.filter((n, at) => numbersIn.indexOf(n) !== at), 'counted twice').toEqual([]);
  expect(refused.filter((n) => numbersIn.includes(n)), 'refused, and there').toEqual([]);
  expect(acknowledged.filter((id, at) => acknowledged.indexOf(id) !== at || outbox.includes(id)), 'acknowledged twice, or still there').toEqual([]);
  for (const { taken } of all) {
    expect(taken.filter((n) => !numbersIn.includes(n)), 'lost').toEqual([]);
    // An action whose advice found no room goes behind the others.
    if (!isOwn) expect(numbersIn.filter((n) => taken.includes(n)), 'in the order of the calls').toEqual([...taken].sort((a, b) => a - b));
  }
  for (const { nudges, client } of tabs) {
    const ids = nudges.map(({ id }) => id);
    expect(new Set(ids).size, 'delivered twice').toBe(ids.length);
    expect(client.state().unacknowledged.map(({ id }) => id), 'shown').toEqual(outbox);
  }
});
