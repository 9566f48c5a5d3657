import { expect, onTestFinished, test, vi } from 'vitest';
import { createClient } from '../../../src/page/client.ts';
import type { ClientState } from '../../../src/page/client-types.ts';
import { createAdmission } from '../../../src/page/loop/admission.ts';
import { createLoopClient } from '../../../src/page/loop/loop-client.ts';
import type { LoopLink } from '../../../src/page/loop/loop-link.ts';
import { createFakeBrowser, settle } from './fake-browser.ts';

/** A page whose app's worker cannot be had at first. */
function setUp() {
  const page = createFakeBrowser().openPage();
  let isThere = false;
  const register = async () => {
    if (!isThere) throw new TypeError('A bad HTTP response code (404) was received.');
    return page.registration;
  };
  Object.assign(page.container, { register, controller: null, getRegistration: async () => undefined });
  vi.stubGlobal('navigator', { serviceWorker: page.container });
  vi.stubGlobal('location', { href: 'https://app.example/' });
  onTestFinished(() => void vi.unstubAllGlobals());
  const client = createClient({ fallback: false }, page.realm);
  return { client, mend: () => (isThere = true) };
}

/** Other facts change the state too. */
const turns = <T>(seen: readonly T[]): T[] => seen.filter((each, index) => each !== seen[index - 1]);

/** Until the advice, which comes in a chunk of its own, is there. */
const failed = (client: ReturnType<typeof createClient>) => expect(client.ready).rejects.toMatchObject({ code: 'worker.unavailable' });

test('a call that is made on hearing that the connection failed tries again', async () => {
  const { client, mend } = setUp();
  const heard: ClientState['phase'][] = [];
  let answer: Promise<unknown> | undefined;
  client.on('status', ({ phase }) => {
    heard.push(phase);
    if (phase !== 'failed') return;
    mend();
    answer = client.record({ steps: 1 });
  });
  await failed(client);
  expect(await answer).toMatchObject({ count: 1 });
  expect(turns(heard)).toEqual(['failed', 'connecting', 'ready']);
});

test('a listener that comes after one that calls at once is told the newest state last', async () => {
  const { client, mend } = setUp();
  client.on('status', ({ phase }) => {
    if (phase !== 'failed') return;
    mend();
    void client.record({ steps: 1 });
  });
  const heard: ClientState[] = [];
  client.on('status', (state) => heard.push(state));
  await failed(client);
  expect(heard.at(-1)).toBe(client.state());
});

test('the state says why a connection failed, and nothing of it while the next one is tried or once the client is disposed', async () => {
  const { client, mend } = setUp();
  const errors: (string | undefined)[] = [];
  client.on('status', ({ phase, error }) => errors.push(`${phase}: ${error?.code}`));
  await failed(client);
  await client.poke().catch(() => undefined);
  mend();
  await client.poke();
  client.dispose();
  expect(turns(errors)).toEqual([
    'failed: worker.unavailable',
    'connecting: undefined',
    'failed: worker.unavailable',
    'connecting: undefined',
    'ready: undefined',
    'disposed: undefined',
  ]);
});

test('an erasure of a loop of which nothing was shown is no change of the state, however often it is told', async () => {
  const page = createFakeBrowser().openPage();
  const client = createClient({ serviceWorker: page.registration }, page.realm);
  await client.ready;
  const before = client.state();
  await client.erase();
  await settle();
  expect(client.state()).toBe(before);
});

test('of two goals whose answers overtake each other the state shows the one that was set last', async () => {
  const noted: unknown[] = [];
  const answers: (() => void)[] = [];
  const link = {
    name: 'default',
    open: async () => undefined,
    whenOpen: (work: () => Promise<unknown>) => work(),
    send: () => new Promise<void>((resolve) => answers.push(() => resolve())),
    noteGoal: (goal: unknown) => noted.push(goal),
    heardErasures: () => 0,
    incarnation: () => undefined,
    session: { realm: {}, client: 'me', epoch: () => undefined },
    emitter: {},
    delivery: {},
  };
  const client = createLoopClient(link as unknown as LoopLink, undefined, createAdmission(10));
  const calls = [1, 2, 3].map((steps) => client.setGoalState({ steps }));
  for (const index of [1, 0, 2]) {
    answers[index]?.();
    await calls[index];
  }
  expect(noted).toEqual([{ steps: 2 }, { steps: 3 }]);
});
