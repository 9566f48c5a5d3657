// A chunk that is loaded later, loaded ahead: real time does not pass while simulated time does.
import '../../../src/page/worker/explain.ts';
import { describe, expect, test, vi } from 'vitest';
import { createClient } from '../../../src/page/client.ts';
import type { ClientOptions } from '../../../src/page/client-options.ts';
import type { LogEvent } from '../../../src/log/log.ts';
import { isNewer } from '../../../src/page/worker/stale-worker.ts';
import { createFakeBrowser, settle } from './fake-browser.ts';

vi.mock('../../../src/protocol/build.ts', () => ({ BUILD: '1.2.0+aaaaaaaa' }));

const OWN = '1.2.0+aaaaaaaa';
const IN_A_CACHE = 'if the server has it already, a cache keeps the earlier one: purge it, and give what the worker imports another URL';
/** Says both ways, since the worker can't tell whether the command or a bundler put its script where it is. */
const MEND_COPY = `npx nudgeloop init, or build and deploy again if your bundler provides the script; ${IN_A_CACHE}`;

/** A page whose worker says to be of another build, for as long as nothing changes `worker`. */
function setUp(build: string | undefined, copied = true, options: ClientOptions = {}) {
  const browser = createFakeBrowser();
  const page = browser.openPage();
  const worker = { build, copied };
  const asked: string[] = [];
  page.container.addEventListener('message', (event) => {
    const { data } = event as unknown as { data: { message: { value?: { value?: { host?: object; boot?: string } } } } };
    const value = data.message.value?.value;
    const hello = value?.boot === undefined ? value?.host : value;
    if (hello === undefined) return;
    asked.push(hello === value ? 'hello' : 'inspect');
    Object.assign(hello, worker);
  });
  const logged: LogEvent[] = [];
  const client = createClient({ serviceWorker: page.registration, logSinks: [(event) => logged.push(event)], ...options }, page.realm);
  const stale = () => logged.filter(({ code }) => code === 'worker.stale').map(({ level, fields }) => ({ level, ...fields }));
  const later = async (ms: number): Promise<void> => {
    await client.ready.catch(() => undefined);
    // The sentences come in a chunk of their own.
    await vi.dynamicImportSettled();
    for (let passed = 0; passed < ms; passed += 1_000) {
      browser.clock.advance(1_000);
      await settle();
      await vi.dynamicImportSettled();
      await settle();
    }
  };
  return { browser, page, client, worker, asked, stale, later };
}

describe('a worker of an earlier build than the page', () => {
  test('is told of once, with both builds and what mends it, and the loop goes on', async () => {
    const { client, stale, later, asked } = setUp('1.1.9+bbbbbbbb');
    await later(10_000);
    expect(stale()).toEqual([{ level: 'warn', page: OWN, worker: '1.1.9+bbbbbbbb', mend: MEND_COPY }]);
    expect(client.state().workerStale).toBe(true);
    await client.record({ steps: 1 });
    const other = client.loop('other');
    await other.ready;
    expect(other.state().workerStale).toBe(true);
    const { host, log } = await client.inspect();
    expect(host.build).toBe('1.1.9+bbbbbbbb');
    expect(log.page.map(({ code }) => code)).toContain('worker.stale');
    await later(60_000);
    expect(stale()).toHaveLength(1);
    expect(asked.filter((call) => call === 'hello')).toHaveLength(2);
  });

  test('is the app\'s to build anew when the app bundled it', async () => {
    const { stale, later } = setUp('1.1.9+bbbbbbbb', false);
    await later(10_000);
    expect(stale()).toMatchObject([{ mend: `update the app's worker; ${IN_A_CACHE}` }]);
  });

  test('is told of also where it refuses the greeting, since it does not know what came with the newer build', async () => {
    const { client, stale, later } = setUp('1.1.9+bbbbbbbb', true, { strategy: { type: 'newer' } });
    await expect(client.ready).rejects.toMatchObject({ code: 'strategy.unknown' });
    await later(10_000);
    expect(stale()).toMatchObject([{ worker: '1.1.9+bbbbbbbb' }]);
  });

  test.each([['of the same version, built from other sources', '1.2.0+bbbbbbbb'], ['of before builds were told', undefined]])('may be %s', async (_what, build) => {
    const { stale, later } = setUp(build);
    await later(10_000);
    expect(stale()).toMatchObject([{ worker: build ?? 'unknown' }]);
  });

  test('is nothing to tell of while a newer one takes its place, as after each deployment', async () => {
    const { client, worker, stale, later } = setUp('1.1.9+bbbbbbbb');
    await later(9_000);
    worker.build = OWN;
    await later(1_000);
    expect(stale()).toEqual([]);
    expect(client.state().workerStale).toBe(false);
  });

  test.each(['installing', 'waiting'])('is nothing to tell of while a newer one is %s', async (place) => {
    const { page, stale, later } = setUp('1.1.9+bbbbbbbb');
    await later(9_000);
    Object.assign(page.registration, { [place]: new EventTarget() });
    await later(1_000);
    expect(stale()).toEqual([]);
  });

  describe('whose script the browser can\'t fetch anew', () => {
    const whose = (said: Error) => {
      const set = setUp('1.1.9+bbbbbbbb');
      const update = vi.fn(() => Promise.reject(said));
      Object.assign(set.page.registration, { update });
      return { ...set, update };
    };

    test.each([
      ['http-error', new TypeError('A bad HTTP response code (404) was received when fetching the script.'), 'does not have the script'],
      ['mime-type', new DOMException("The script has an unsupported MIME type ('text/html').", 'SecurityError'), 'login'],
      ['refused', new TypeError('The script resource is behind a redirect, which is disallowed.'), 'redirects its URL'],
    ])('is told of with the reason (%s), and not as a copy that was forgotten', async (update, said, advice) => {
      const { stale, later, client } = whose(said);
      await later(10_000);
      expect(stale()).toEqual([{ level: 'warn', page: OWN, worker: '1.1.9+bbbbbbbb', update, mend: expect.stringContaining(`can't update the worker: `) }]);
      expect(stale()[0]).toMatchObject({ mend: expect.stringContaining(advice) });
      expect(client.state().workerStale).toBe(true);
    });

    test('for want of a network is nothing to tell of', async () => {
      const { stale, later, update } = whose(new TypeError('An unknown error occurred when fetching the script.'));
      await later(60_000);
      expect(update).toHaveBeenCalledTimes(1);
      expect(stale()).toEqual([]);
    });
  });

  test('is nothing to tell of if the newer one comes once it is asked for', async () => {
    const { page, worker, stale, later } = setUp('1.1.9+bbbbbbbb');
    Object.assign(page.registration, { update: async () => Object.assign(worker, { build: OWN }) });
    await later(20_000);
    expect(stale()).toEqual([]);
  });

  test('is told of if the newer one comes once it is asked for, and can\'t be installed', async () => {
    const { page, stale, later } = setUp('1.1.9+bbbbbbbb');
    Object.assign(page.registration, { update: async () => Object.assign(page.registration, { installing: new EventTarget() }) });
    await later(6_000);
    Object.assign(page.registration, { installing: null });
    await later(4_000);
    expect(stale()).toMatchObject([{ mend: MEND_COPY }]);
  });

  test('is nothing to tell of once the client is disposed', async () => {
    const { client, stale, later } = setUp('1.1.9+bbbbbbbb');
    await later(0);
    client.dispose();
    await later(10_000);
    expect(stale()).toEqual([]);
  });
});

test.each(['1.2.0+aaaaaaaa', '1.2.1+bbbbbbbb', '1.10.0+bbbbbbbb', '2.0.0+bbbbbbbb', '2.0.0-beta.1+bbbbbbbb'])('a worker of %s is not stale to a page of 1.2.0', async (build) => {
  const { client, stale, later, asked } = setUp(build);
  await later(10_000);
  expect(stale()).toEqual([]);
  expect(client.state().workerStale).toBe(false);
  if (build === OWN) expect(asked).toEqual(['hello']);
});

test.each<[a: string, b: string]>([
  ['1.2.0-beta.2', '1.2.0-beta.1'],
  ['1.2.0-beta.10', '1.2.0-beta.9'],
  ['1.2.0', '1.2.0-rc.1'],
  ['1.2.0-rc.1', '1.2.0-beta.3'],
  ['1.10.0', '1.9.0-rc.1'],
  ['1.2.1-beta.1', '1.2.0'],
])('the build %s is later than %s, and not the other way round', (a, b) => {
  expect([isNewer(`${a}+aaaaaaaa`, `${b}+bbbbbbbb`), isNewer(`${b}+bbbbbbbb`, `${a}+aaaaaaaa`)]).toEqual([true, false]);
});
