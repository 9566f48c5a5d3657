import { describe, expect, test } from 'vitest';
import { AsyncFeedbackEventBus, createLog, FeedbackEventBus, type LogEvent } from 'nudgeloop/core';
import { settle } from '../../../src/testing/settle.ts';

const listening = () => {
  const logged: LogEvent[] = [];
  return { logged, log: createLog(() => 0, [(event) => void logged.push(event)]) };
};

describe('FeedbackEventBus', () => {
  test('hands each event to every subscriber, in order, until that one leaves', () => {
    const bus = new FeedbackEventBus<number>();
    const seen: string[] = [];
    const leave = bus.subscribe((event) => void seen.push(`a${event}`));
    bus.subscribe((event) => void seen.push(`b${event}`));
    bus.publish(1);
    leave();
    bus.publish(2);
    expect(seen).toEqual(['a1', 'b1', 'b2']);
  });

  test('a subscriber that throws or rejects harms no other, and is logged', async () => {
    const { log, logged } = listening();
    const bus = new FeedbackEventBus<number>({ log });
    const seen: number[] = [];
    bus.subscribe(() => {
      throw new TypeError('no');
    });
    bus.subscribe(() => Promise.reject(new RangeError('no')));
    bus.subscribe((event) => void seen.push(event));
    bus.publish(1);
    await Promise.resolve();
    expect(seen).toEqual([1]);
    expect(logged.map(({ code, fields }) => [code, fields?.['seen']])).toEqual([
      ['bus.handler-failed', 'TypeError'],
      ['bus.handler-failed', 'RangeError'],
    ]);
  });

  test('the name of what a subscriber throws gets into the log only where it looks like one, as it may be set to anything', async () => {
    const { log, logged } = listening();
    const bus = new FeedbackEventBus<number>({ log });
    bus.subscribe(() => Promise.reject(Object.assign(new Error('no'), { name: 'my weight is 90' })));
    bus.publish(1);
    await Promise.resolve();
    expect(logged.map(({ fields }) => fields)).toEqual([{ seen: 'an error' }]);
  });

  test('a subscriber that another one takes off hears nothing more, not even of the same event', () => {
    const bus = new FeedbackEventBus<number>();
    const seen: string[] = [];
    bus.subscribe(() => leave());
    const leave = bus.subscribe((event) => void seen.push(`b${event}`));
    bus.publish(1);
    expect(seen).toEqual([]);
  });

  test('one function subscribed twice hears everything twice, and leaves once at a time', () => {
    const bus = new FeedbackEventBus<number>();
    let heard = 0;
    const handler = () => void (heard += 1);
    const leave = bus.subscribe(handler);
    bus.subscribe(handler);
    bus.publish(1);
    leave();
    leave();
    bus.publish(2);
    expect(heard).toBe(3);
  });
});

describe('AsyncFeedbackEventBus', () => {
  test('publishing does not wait for anybody', async () => {
    const bus = new AsyncFeedbackEventBus<number>();
    const seen: number[] = [];
    bus.subscribe((event) => void seen.push(event));
    bus.publish(1);
    expect(seen).toEqual([]);
    await bus.drain();
    expect(seen).toEqual([1]);
  });

  test('a slow consumer gets its events one at a time and in order, and holds up no other', async () => {
    const bus = new AsyncFeedbackEventBus<number>();
    const fast: number[] = [];
    const slow: number[] = [];
    const ends: (() => void)[] = [];
    bus.subscribe((event) => {
      slow.push(event);
      return new Promise<void>((resolve) => ends.push(resolve));
    });
    bus.subscribe((event) => void fast.push(event));
    for (const event of [1, 2, 3]) bus.publish(event);
    for (const begun of [[1], [1, 2], [1, 2, 3]]) {
      await settle();
      expect([fast, slow]).toEqual([[1, 2, 3], begun]);
      ends.at(-1)!();
    }
    await bus.drain();
  });

  test('a consumer that throws goes on with its next event, and is logged', async () => {
    const { log, logged } = listening();
    const bus = new AsyncFeedbackEventBus<number>({ log });
    const seen: number[] = [];
    bus.subscribe((event) => {
      if (event === 1) throw new Error('no');
      seen.push(event);
    });
    bus.publish(1);
    bus.publish(2);
    await bus.drain();
    expect(seen).toEqual([2]);
    expect(logged.map(({ code }) => code)).toEqual(['bus.handler-failed']);
  });

  test('a full queue drops the event for that consumer only, counts it and logs it', async () => {
    const { log, logged } = listening();
    const bus = new AsyncFeedbackEventBus<number>({ capacity: 2, log });
    const seen: number[] = [];
    bus.subscribe((event) => void seen.push(event));
    for (const event of [1, 2, 3]) bus.publish(event);
    await bus.drain();
    expect(seen).toEqual([1, 2]);
    expect(bus.dropped).toBe(1);
    expect(logged.map(({ code, fields }) => [code, fields])).toEqual([['bus.full', { capacity: 2, dropped: 1 }]]);
    bus.publish(4);
    await bus.drain();
    expect(seen).toEqual([1, 2, 4]);
  });

  test('drain waits for what handlers publish meanwhile', async () => {
    const bus = new AsyncFeedbackEventBus<number>();
    const seen: number[] = [];
    bus.subscribe((event) => {
      seen.push(event);
      if (event < 3) bus.publish(event + 1);
    });
    bus.publish(1);
    await bus.drain();
    expect(seen).toEqual([1, 2, 3]);
  });

  test.each(['drain', 'close'] as const)('%s waits for the event that a consumer handles though it left meanwhile', async (end) => {
    const bus = new AsyncFeedbackEventBus<number>();
    let handle = (): void => undefined;
    const leave = bus.subscribe(() => new Promise<void>((resolve) => (handle = resolve)));
    bus.publish(1);
    await Promise.resolve();
    leave();
    const order: string[] = [];
    const ending = bus[end]().then(() => order.push('ended'));
    await settle();
    order.push('handled');
    handle();
    await ending;
    expect(order).toEqual(['handled', 'ended']);
  });

  test('close handles what was taken, then refuses more', async () => {
    const bus = new AsyncFeedbackEventBus<number>();
    const seen: number[] = [];
    bus.subscribe((event) => void seen.push(event));
    bus.publish(1);
    await bus.close();
    await bus.close();
    expect(seen).toEqual([1]);
    expect(() => bus.publish(2)).toThrow(expect.objectContaining({ code: 'client.disposed' }));
  });

  test.each([0, -1, 1.5, Number.NaN])('a capacity of %s is refused', (capacity) => {
    expect(() => new AsyncFeedbackEventBus({ capacity })).toThrow(expect.objectContaining({ code: 'options.invalid' }));
  });
});
