import { describe, expect, test } from 'vitest';
import type { Nudge } from '../../../src/model/nudge.ts';
import { createDelivery } from '../../../src/page/loop/delivery.ts';
import { settle } from './fake-browser.ts';
import { nudgeAt } from './nudge-at.ts';

function setUp(outbox: Nudge[] = []) {
  const seen: string[] = [];
  const world = { outbox, reads: 0, isHeard: true, isBroken: false, shown: new Set<string>() };
  const delivery = createDelivery({
    remembered: () => 1_000,
    isKept: (id) => world.shown.has(id),
    isHeard: () => world.isHeard,
    deliver: ({ id }, isNew) => void seen.push(isNew ? id : `${id} again`),
    async read(after) {
      world.reads += 1;
      if (world.isBroken) throw new Error('no host');
      return world.outbox.filter(({ seq }) => seq > after).slice(0, 100);
    },
  });
  return { delivery, seen, world };
}

describe('delivery', () => {
  test('brings what an answer brought along, without another call', () => {
    const { delivery, seen, world } = setUp();
    delivery.offer([nudgeAt(0), nudgeAt(1)]);
    delivery.offer([nudgeAt(1), nudgeAt(2)]);
    expect(seen).toEqual(['0', '1', '2']);
    expect(world.reads).toBe(0);
  });

  test('fills a gap from the outbox first', async () => {
    const { delivery, seen, world } = setUp([nudgeAt(0), nudgeAt(1), nudgeAt(2)]);
    delivery.offer([nudgeAt(2)]);
    expect(seen).toEqual([]);
    await settle();
    expect(seen).toEqual(['0', '1', '2']);
    expect(world.reads).toBe(1);
  });

  test('reads a long outbox to its end, in order', async () => {
    const outbox = Array.from({ length: 250 }, (_, seq) => nudgeAt(seq * 2));
    const { delivery, seen } = setUp(outbox);
    delivery.catchUp();
    await settle();
    expect(seen).toEqual(outbox.map(({ id }) => id));
  });

  test('brings an old nudge that is still shown no second time, however many came since', async () => {
    const { delivery, seen, world } = setUp();
    world.shown.add('0');
    const all = Array.from({ length: 1_200 }, (_, seq) => nudgeAt(seq));
    for (let from = 0; from < 1_200; from += 100) delivery.offer(all.slice(from, from + 100));
    // All but those that stand for the newest were acknowledged.
    world.outbox = [all[0]!, all[1]!, all[1_199]!];
    delivery.reset();
    delivery.catchUp();
    await settle();
    expect(seen.slice(1_200)).toEqual(['0 again', '1', '1199 again']);
  });

  test('reads for a hint that says more than it knows, and for no other', async () => {
    const { delivery, seen, world } = setUp([nudgeAt(0)]);
    delivery.hint(1);
    await settle();
    delivery.hint(1);
    await settle();
    expect(seen).toEqual(['0']);
    expect(world.reads).toBe(1);
  });

  test('waits with a hint for the answer that brings the nudge itself', async () => {
    const { delivery, seen, world } = setUp([nudgeAt(0), nudgeAt(1)]);
    const stop = delivery.expect();
    delivery.hint(1);
    delivery.offer([nudgeAt(0)]);
    stop();
    const stopAgain = delivery.expect();
    delivery.hint(2);
    await settle();
    expect(world.reads).toBe(0);
    stopAgain();
    await settle();
    expect(world.reads).toBe(1);
    expect(seen).toEqual(['0', '1']);
  });

  test('follows a hint while another answer is awaited, when the last one brought no nudges', async () => {
    const { delivery, seen } = setUp([nudgeAt(0)]);
    delivery.expect();
    delivery.hint(1);
    delivery.follow();
    await settle();
    expect(seen).toEqual(['0']);
  });

  test('follows the hint that says most, if they overtook each other while an answer was awaited', async () => {
    const { delivery, seen } = setUp([nudgeAt(0), nudgeAt(1)]);
    const stop = delivery.expect();
    delivery.hint(2);
    delivery.hint(1);
    delivery.offer([nudgeAt(0)]);
    stop();
    await settle();
    expect(seen).toEqual(['0', '1']);
  });

  test('keeps a hint that comes while it reads and an answer is awaited, when that brings no nudges', async () => {
    const { delivery, seen, world } = setUp([nudgeAt(0)]);
    const stopExpecting = delivery.expect();
    delivery.catchUp();
    world.outbox.push(nudgeAt(1));
    delivery.hint(2);
    await settle();
    expect(seen).toEqual(['0']);
    stopExpecting();
    await settle();
    expect(seen).toEqual(['0', '1']);
  });

  test('leaves nudges in the outbox while nobody listens', async () => {
    const { delivery, seen, world } = setUp([nudgeAt(0), nudgeAt(1)]);
    world.isHeard = false;
    delivery.offer([nudgeAt(0)]);
    delivery.hint(2);
    delivery.catchUp();
    await settle();
    expect([seen, world.reads]).toEqual([[], 0]);
    world.isHeard = true;
    delivery.catchUp();
    await settle();
    expect(seen).toEqual(['0', '1']);
  });

  test('reads again after a failure', async () => {
    const { delivery, seen, world } = setUp([nudgeAt(0)]);
    world.isBroken = true;
    delivery.catchUp();
    await settle();
    world.isBroken = false;
    delivery.catchUp();
    await settle();
    expect(seen).toEqual(['0']);
  });

  test('makes up for a reading that failed when it is asked to follow, though nothing was hinted at', async () => {
    const { delivery, seen, world } = setUp([nudgeAt(0)]);
    delivery.follow();
    await settle();
    expect(world.reads).toBe(0);
    world.isBroken = true;
    delivery.catchUp();
    await settle();
    world.isBroken = false;
    delivery.follow();
    await settle();
    expect(seen).toEqual(['0']);
    delivery.follow();
    await settle();
    expect(world.reads).toBe(2);
  });

  test('looks once for a nudge that is gone already, as one that another tab acknowledged', async () => {
    const { delivery, seen, world } = setUp();
    delivery.hint(1);
    await settle();
    expect(world.reads).toBe(1);
    for (let poll = 0; poll < 3; poll += 1) delivery.follow();
    await settle();
    expect(world.reads).toBe(1);
    world.outbox.push(nudgeAt(1));
    delivery.hint(2);
    await settle();
    expect(seen).toEqual(['1']);
  });

  test('takes what came while it was reading', async () => {
    const { delivery, seen, world } = setUp([nudgeAt(0)]);
    delivery.catchUp();
    world.outbox.push(nudgeAt(1));
    delivery.hint(2);
    await settle();
    expect(seen).toEqual(['0', '1']);
  });

  test('begins anew after a reset, and says of what it delivered before that it is not new', async () => {
    const { delivery, seen, world } = setUp([nudgeAt(0), nudgeAt(1)]);
    delivery.catchUp();
    await settle();
    world.outbox.push(nudgeAt(2));
    delivery.reset();
    delivery.catchUp();
    await settle();
    expect(seen).toEqual(['0', '1', '0 again', '1 again', '2']);
  });

  test('finds a new outbox by itself when its numbers begin anew', async () => {
    const { delivery, seen, world } = setUp([nudgeAt(0), nudgeAt(1)]);
    delivery.catchUp();
    await settle();
    world.outbox = [nudgeAt(0, 'b')];
    delivery.offer([nudgeAt(0, 'b')]);
    await settle();
    expect(seen).toEqual(['0', '1', 'b0']);
  });

  test('forgets what it reads when a reset comes meanwhile', async () => {
    const { delivery, seen, world } = setUp([nudgeAt(5)]);
    delivery.catchUp();
    delivery.reset();
    world.outbox = [nudgeAt(0, 'b'), nudgeAt(1, 'b')];
    await settle();
    expect(seen).toEqual(['b0', 'b1']);
  });
});
