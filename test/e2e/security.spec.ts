import { connect, delivered, expect, record, stepsIn, test } from './fixture.ts';
import { arm } from './hostile.ts';

const GOAL = { goalState: { steps: 10_000 }, fallback: false };

for (const way of ['messages', 'a port'] as const) {
  test(`the known attacks on Comlink, played by a script of the page through ${way}, reach nothing`, async ({ page, site }) => {
    await connect(page, site, GOAL);
    await record(page, { steps: 1 });
    await arm(page, site, way);
    const answers = await page.evaluate(async () => {
      const RAW = { type: 'RAW', value: { canary: 'polluted' } };
      const attacks: object[] = [
        { type: 'SET', path: ['__proto__', 'canary'], value: RAW },
        { type: 'SET', path: ['record', 'constructor', 'prototype', 'canary'], value: RAW },
        { type: 'SET', path: ['record'], value: RAW },
        { type: 'GET', path: [] },
        { type: 'GET', path: ['record', 'constructor'] },
        { type: 'CONSTRUCT', path: ['record', 'constructor'], argumentList: [{ type: 'RAW', value: 'self.canary = 1' }] },
        { type: 'ENDPOINT' },
        { type: 'RELEASE' },
        { type: 'APPLY', path: ['record', 'call'], argumentList: [RAW] },
        { type: 'APPLY', path: ['constructor'], argumentList: [RAW] },
        { type: 'APPLY', path: ['__proto__'], argumentList: [RAW] },
        { type: 'APPLY', path: ['toString'], argumentList: [RAW] },
        { type: 'APPLY', path: ['hasOwnProperty'], argumentList: [RAW] },
        { type: 'APPLY', path: ['record'], argumentList: [RAW, RAW] },
        { type: 'APPLY', path: ['record'], argumentList: [{ type: 'HANDLER', name: 'proxy', value: 'a port' }] },
        { type: 'APPLY', path: ['record'], argumentList: [{ type: 'HANDLER', name: 'throw', value: { isError: true, value: {} } }] },
        { type: 'APPLY', path: Object.assign([], { length: 4_294_967_295 }), argumentList: [RAW] },
      ];
      const told = [];
      for (const attack of attacks) told.push((await window.postRaw({ id: crypto.randomUUID(), ...attack })).map(({ error }) => error?.code));
      return told;
    });
    expect(answers).toEqual(answers.map(() => ['call.refused']));
    const [worker] = page.context().serviceWorkers();
    expect(await worker?.evaluate(() => [({} as { canary?: unknown }).canary ?? null, (self as { canary?: unknown }).canary ?? null])).toEqual([null, null]);
    await record(page, { steps: 2 });
    expect(await stepsIn(page)).toEqual([1, 2]);
  });
}

test('whatever a raw message carries is taken as plain data or refused with a code, and the loop lives', async ({ page, site }) => {
  await connect(page, site, GOAL);
  await record(page, { steps: 0 });
  await arm(page, site);
  const told = await page.evaluate(async () => {
    const outcomes: string[] = [];
    let seq = 0;
    const client = 'client-raw';
    for (const { name, make, cloned } of window.hostile) {
      seq += 1;
      const requests: [string, object, boolean][] = [
        ['record', { client, seq, actions: [{ steps: seq, extra: make() }] }, true],
        ['setGoalState', { goalState: { steps: 5, extra: make() } }, true],
        ['importLoop', { data: make() }, false],
        ['hello', { protocol: { min: 1, max: 1 }, settings: { strategy: make() } }, false],
        ['acknowledge', { nudges: make() }, false],
        ['discardDeadLetters', { seqs: [make()] }, false],
      ];
      for (const [method, request, isPlain] of requests) {
        let answers: readonly { ok: boolean; error?: { code: string } }[] = [];
        try {
          answers = await window.postRaw({ id: crypto.randomUUID(), type: 'APPLY', path: [method], argumentList: [{ type: 'RAW', value: { loop: 'raw', ...request } }] }, 5_000);
        } catch (error) {
          outcomes.push(`${name} in ${method}: not sent, ${String(error)}`);
        }
        const outcome = answers.map(({ ok, error }) => (ok ? 'accepted' : (error?.code ?? 'no code'))).join();
        const isRefusal = /^(action|goal|options|message)\.invalid$/.test(outcome);
        const isRight = isPlain ? (cloned === 'accepted' ? outcome === 'accepted' : isRefusal) : isRefusal;
        if (!isRight) outcomes.push(`${name} in ${method}: ${outcome}`);
      }
    }
    return outcomes;
  });
  // A strategy that is left out is the usual one, and minus zero is a place.
  expect(told.filter((each) => !/^undefined in hello: accepted$|^minus zero in discardDeadLetters: accepted$/.test(each))).toEqual([]);
  await record(page, { steps: 1 });
  expect(await stepsIn(page)).toEqual([0, 1]);
});

test('forged broadcasts are hints at most: no tab hangs, throws or loses an action', async ({ page, context, site }) => {
  const other = await context.newPage();
  await connect(page, site, GOAL);
  await connect(other, site, GOAL);
  await Promise.all([page, other].map((each) => each.evaluate(() => window.client.ready)));
  await arm(other, site);
  await other.evaluate(async () => {
    const channel = new BroadcastChannel('nudgeloop:1:nudgeloop');
    const { epoch } = (await window.client.inspect()).host;
    const envelope = (event: unknown) => ({ nudgeloop: 1, epoch, event });
    for (const { name, make } of window.hostile) {
      // Walked hole by hole, these stop every tab for a minute; `endless-lists.test.ts` times them.
      const isEndless = name === 'four billion holes';
      const messages: unknown[] = [
        make(),
        envelope(make()),
        { nudgeloop: [make()], epoch, event: { type: 'loop.erased', loop: null } },
        envelope({ type: make(), loop: 'default' }),
        envelope({ type: 'loop.changed', loop: make(), revision: 1, outbox: 1 }),
        envelope({ type: 'loop.changed', loop: 'default', revision: make(), outbox: 1 }),
        envelope({ type: 'loop.erased', loop: [make()] }),
        envelope({ type: 'log', event: { at: 1, level: 'warn', code: 'message.ignored', fields: make() } }),
        ...(isEndless ? [] : [envelope({ type: 'nudges.acknowledged', loop: 'default', seqs: make() })]),
      ];
      for (const message of messages) channel.postMessage(message);
    }
    // These are well-formed lies.
    channel.postMessage(envelope({ type: 'loop.changed', loop: 'default', revision: 9, outbox: Number.MAX_SAFE_INTEGER }));
    channel.postMessage({ nudgeloop: 1, epoch: 'forged', event: { type: 'loop.changed', loop: 'default', revision: 9, outbox: 9 } });
    channel.postMessage({ nudgeloop: 1, epoch: 'erased-forged', event: { type: 'loop.changed', loop: 'default', revision: 9, outbox: 9 } });
    channel.close();
  });
  await record(page, { steps: 1 });
  await record(other, { steps: 2 });
  expect(await stepsIn(page)).toEqual([1, 2]);
  await delivered(page, 2);
  expect(await page.evaluate(() => window.client.state())).toMatchObject({ phase: 'ready', host: 'service-worker' });
});

for (const [what, epoch] of [
  ['short', 'forged'],
  ['of an erasure', 'erased-forged'],
  ['of 100,000 characters', 'e'.repeat(100_000)],
  ['that is empty', ''],
] as const) {
  test(`a forged epoch ${what} is believed by nobody`, async ({ page, context, site }) => {
    const other = await context.newPage();
    // Without a goal, and for another loop, so that nothing corrects it before the call does.
    await connect(page, site, { fallback: false });
    await other.goto(site.url);
    await page.evaluate(() => window.client.ready);
    const known = await page.evaluate(() => window.client.state().epoch);
    const heard = page.evaluate(() => new Promise<void>((resolve) => {
      new BroadcastChannel('nudgeloop:1:nudgeloop').addEventListener('message', () => resolve(), { once: true });
    }));
    // Asked in turn, so that it listens by now.
    await page.evaluate(() => undefined);
    await other.evaluate((forged) => {
      const channel = new BroadcastChannel('nudgeloop:1:nudgeloop');
      channel.postMessage({ nudgeloop: 1, epoch: forged, event: { type: 'loop.changed', loop: 'another', revision: 9, outbox: 9 } });
    }, epoch);
    await heard;
    await record(page, { steps: 1 });
    await record(page, { steps: 2 });
    expect(await stepsIn(page)).toEqual([1, 2]);
    expect(await page.evaluate(() => [window.told, window.client.state().epoch, window.client.state().phase])).toEqual([[], known, 'ready']);
  });
}
