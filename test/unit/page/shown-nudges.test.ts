import { describe, expect, test } from 'vitest';
import type { Nudge } from '../../../src/model/nudge.ts';
import { createClient } from '../../../src/page/client.ts';
import { createShownNudges } from '../../../src/page/loop/shown-nudges.ts';
import { createFakeBrowser, settle } from './fake-browser.ts';
import { nudgeAt } from './nudge-at.ts';

const nudges = (count: number): Nudge[] => Array.from({ length: count }, (_, seq) => nudgeAt(seq));
const seqsOf = (list: readonly Nudge[]): number[] => list.map(({ seq }) => seq);
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, n) => from + n);

function setUp(outbox: Nudge[]) {
  const world = { outbox, reads: 0, shows: [] as number[], everShown: [] as number[], left: [] as number[], undelivered: new Set<string>(), meanwhile: (): void => undefined };
  const shown = createShownNudges({
    async read(after, limit) {
      world.reads += 1;
      const found = world.outbox.filter(({ seq }) => seq > after).slice(0, limit);
      world.meanwhile();
      return found;
    },
    wasDelivered: (id) => !world.undelivered.has(id),
    show: (list) => {
      world.shows = seqsOf(list);
      world.everShown.push(...world.shows);
    },
    left: (seqs) => world.left.push(...seqs),
  });
  for (const one of outbox) shown.add(one, true);
  const acknowledge = (seqs: readonly number[]): void => {
    world.outbox = world.outbox.filter(({ seq }) => !seqs.includes(seq));
    shown.hide(seqs);
  };
  return { shown, world, acknowledge };
}

test('a user who dismisses the hundred nudges that are shown is shown those that waited behind them', async () => {
  const page = createFakeBrowser().openPage();
  const client = createClient({ serviceWorker: page.registration, goalState: { steps: 10 } }, page.realm);
  client.on('nudge', () => undefined);
  for (let n = 0; n < 150; n += 1) await client.record({ steps: n });
  await settle();
  expect(seqsOf(client.state().unacknowledged)).toEqual(range(50, 150));
  await client.acknowledge(client.state().unacknowledged);
  await settle();
  expect(seqsOf(client.state().unacknowledged)).toEqual(range(0, 50));
  await client.acknowledge(client.state().unacknowledged);
  await settle();
  expect(client.state().unacknowledged).toEqual([]);
});

describe('older nudges', () => {
  test('come once half of those that are shown went, and nothing is read before', async () => {
    const { world, acknowledge } = setUp(nudges(150));
    acknowledge(range(100, 149));
    await settle();
    expect([world.reads, world.shows.length]).toEqual([0, 51]);
    acknowledge([149]);
    await settle();
    expect(world.shows).toEqual(range(0, 100));
    acknowledge(range(0, 100));
    await settle();
    // All were shown: there is nothing to look for.
    expect([world.reads, world.shows]).toEqual([1, []]);
  });

  test('are found among more than a call gives, and are the newest', async () => {
    const { world, acknowledge } = setUp(nudges(2_500));
    acknowledge(range(2_400, 2_500));
    await settle();
    expect([world.reads, world.shows]).toEqual([3, range(2_300, 2_400)]);
  });

  test('are not looked for, and nothing is told, when a user comes back to a list that is full', async () => {
    const { shown, world } = setUp(nudges(150));
    world.shows = [];
    await shown.reconcile();
    await settle();
    expect([world.reads, world.shows]).toEqual([1, []]);
  });

  test('are none that nobody was given yet', async () => {
    const { world, acknowledge } = setUp(nudges(102));
    world.undelivered.add('1');
    acknowledge(range(2, 102));
    await settle();
    expect(world.shows).toEqual([0]);
  });

  test('are none that were acknowledged while they were read', async () => {
    const { world, acknowledge } = setUp(nudges(102));
    world.everShown = [];
    world.meanwhile = () => {
      world.meanwhile = () => undefined;
      acknowledge([0]);
    };
    acknowledge(range(2, 102));
    await settle();
    expect(world.shows).toEqual([1]);
    // Not for a moment either, nor is it told again that it left.
    expect([...world.everShown, ...world.left]).toEqual([1]);
  });

  test('are none of a life of the loop that ended while they were read', async () => {
    const { shown, world, acknowledge } = setUp(nudges(102));
    world.meanwhile = () => shown.reset();
    acknowledge(range(2, 102));
    await settle();
    expect(world.shows).toEqual([]);
    expect(shown.has('0')).toBe(false);
  });
});
