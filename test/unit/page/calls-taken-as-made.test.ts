import { describe, expect, test } from 'vitest';
import { createFakeBrowser, settle } from './fake-browser.ts';
import { setUp } from './open-client.ts';
import { openTab } from './open-tab.ts';

test('hundreds of actions that wait for the first greeting are taken, with a goal that goes before them', async () => {
  const browser = createFakeBrowser();
  const { client } = openTab(browser, { goalState: { steps: 10 } });
  const receipts = await Promise.all(Array.from({ length: 400 }, (_none, steps) => client.record({ steps })));
  expect(receipts.filter(({ duplicate }) => duplicate)).toEqual([]);
  expect(await client.history({ limit: 1_000 })).toHaveLength(400);
});

describe('a client and a worker', () => {
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

  test.each([undefined, false] as const)('refuse a timestamp that is none, with the place of its action, and store nothing of the list (serviceWorker: %s)', async (serviceWorker) => {
    const { client } = setUp(serviceWorker === false ? { serviceWorker } : {});
    const list = [{ steps: 1 }, { steps: 2, timestamp: 'yesterday' }];
    const details = { index: 1, path: 'timestamp', problem: 'not an ISO 8601 string, a Date or epoch milliseconds' };
    await expect(client.record(list)).rejects.toMatchObject({ code: 'action.invalid', details });
    await expect(client.suggestActions([], list)).rejects.toMatchObject({ code: 'action.invalid', details });
    await client.record({ steps: 3, timestamp: new Date(0) });
    expect((await client.history()).map(({ action }) => action)).toEqual([{ steps: 3, timestamp: '1970-01-01T00:00:00.000Z' }]);
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
});
