import { storeOf } from 'nudgeloop/store';
import { get } from 'svelte/store';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createClient } from '../../../src/page/client.ts';
import type { ClientOptions } from '../../../src/page/client-options.ts';
import type { ClientState, LoopClient } from '../../../src/page/client-types.ts';
import { initialState } from '../../../src/page/initial-state.ts';
import { createFakeBrowser, settle } from '../page/fake-browser.ts';

afterEach(() => vi.unstubAllGlobals());

function setUp(options: ClientOptions = {}) {
  const page = createFakeBrowser().openPage();
  return createClient({ serviceWorker: page.registration, goalState: { steps: 10 }, ...options }, page.realm);
}

/** A loop that changes when the test says so. */
function fakeLoop() {
  let state = initialState('default', undefined);
  const listeners = new Set<(payload: never) => void>();
  const loop: Pick<LoopClient, 'state' | 'on'> = {
    state: () => state,
    on(event, listener) {
      if (event === 'status') listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const change = (phase: ClientState['phase']): void => {
    state = { ...state, phase };
    for (const listener of listeners) listener(state as never);
  };
  return { loop, change };
}

describe('the store of a loop', () => {
  test('tells at once, then at each change, and nothing after it was left', async () => {
    const client = setUp();
    const seen: ClientState[] = [];
    const stop = storeOf(client).subscribe((state) => seen.push(state));
    expect(seen).toEqual([client.state()]);
    await client.ready;
    await settle();
    expect(seen.at(-1)).toBe(client.state());
    expect(seen.at(-1)).toMatchObject({ phase: 'ready', host: 'service-worker' });
    expect(new Set(seen).size).toBe(seen.length);
    stop();
    const { length } = seen;
    await client.record({ steps: 1 });
    await settle();
    expect(seen).toHaveLength(length);
  });

  test('shows nudges without a listener for them, and takes them off once acknowledged', async () => {
    const client = setUp();
    const stop = storeOf(client).subscribe(() => undefined);
    await client.record({ steps: 1 });
    await settle();
    const [nudge] = storeOf(client).getSnapshot().unacknowledged;
    expect(nudge).toMatchObject({ seq: 0, cause: 'actions' });
    await client.acknowledge(nudge!);
    await settle();
    expect(storeOf(client).getSnapshot().unacknowledged).toEqual([]);
    stop();
  });

  test('is one and the same for a loop, however many subscribe', async () => {
    const client = setUp({ listenerLimit: 2 });
    expect(storeOf(client)).toBe(storeOf(client));
    expect(storeOf(client)).not.toBe(storeOf(client.loop('sleep')));
    let calls = 0;
    const run = (): void => void (calls += 1);
    const stops = Array.from({ length: 2_000 }, () => storeOf(client).subscribe(run));
    expect(calls).toBe(2_000);
    await client.ready;
    expect(calls % 2_000).toBe(0);
    for (const stop of [...stops, ...stops]) stop();
    // All were taken off, so there is room for others.
    client.on('status', run);
    client.on('status', run);
  });

  test('gives the newest state to all, though one of them changes it when told', () => {
    const { loop, change } = fakeLoop();
    const stopFirst = storeOf(loop).subscribe(({ phase }) => phase === 'ready' && change('failed'));
    const seen: string[] = [];
    const stopSecond = storeOf(loop).subscribe(({ phase }) => seen.push(phase));
    change('ready');
    expect(seen).toEqual(['connecting', 'failed', 'failed']);
    stopFirst();
    stopSecond();
  });

  test('does not call one that another took off a moment before', () => {
    const { loop, change } = fakeLoop();
    const seen: string[] = [];
    const stopFirst = storeOf(loop).subscribe(({ phase }) => phase === 'ready' && stopSecond());
    const stopSecond = storeOf(loop).subscribe(({ phase }) => seen.push(phase));
    change('ready');
    expect(seen).toEqual(['connecting']);
    stopFirst();
  });

  test('lets one that throws keep no other from hearing, and reports the error', () => {
    const { loop, change } = fakeLoop();
    const seen: string[] = [];
    const reports: (() => void)[] = [];
    vi.stubGlobal('queueMicrotask', (run: () => void) => reports.push(run));
    const stopFirst = storeOf(loop).subscribe(({ phase }) => {
      if (phase === 'ready') throw new RangeError('mine');
    });
    const stopSecond = storeOf(loop).subscribe(({ phase }) => seen.push(phase));
    change('ready');
    expect(seen).toEqual(['connecting', 'ready']);
    expect(reports).toHaveLength(1);
    expect(reports[0]).toThrow('mine');
    stopFirst();
    stopSecond();
  });

  test('can be left by a subscriber that throws at once', () => {
    const { loop, change } = fakeLoop();
    const reports: (() => void)[] = [];
    vi.stubGlobal('queueMicrotask', (run: () => void) => reports.push(run));
    const stop = storeOf(loop).subscribe(() => {
      throw new RangeError('mine');
    });
    expect(reports).toHaveLength(1);
    expect(reports[0]).toThrow('mine');
    stop();
    change('ready');
    expect(reports).toHaveLength(1);
  });

  test('is a store as Svelte understands it', () => {
    const client = setUp();
    expect(get(storeOf(client))).toBe(client.state());
  });
});
