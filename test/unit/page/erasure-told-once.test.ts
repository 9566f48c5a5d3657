import { describe, expect, test } from 'vitest';
import { createFakeBrowser, settle } from './fake-browser.ts';
import { openClient, setUp } from './open-client.ts';
import { forger, openTab } from './open-tab.ts';

/** A tab that erases, and another one, which was told of three nudges. */
async function openTwoTabs() {
  const browser = createFakeBrowser();
  const eraser = openTab(browser, { goalState: { steps: 10 } });
  const { client, heard } = openTab(browser);
  const seqs: number[] = [];
  client.on('nudge', ({ seq }) => seqs.push(seq));
  for (let steps = 1; steps <= 3; steps += 1) await eraser.client.record({ steps });
  await settle();
  return { browser, eraser, client, heard, seqs };
}

test('an erasure of all is told to a page of which the worker refuses the first loop', async () => {
  const browser = createFakeBrowser({ loops: ['walk'] });
  const [teller, eraser] = [openTab(browser), openTab(browser)].map(({ client }) => client.loop('walk'));
  const heard: unknown[] = [];
  teller!.on('erased', ({ loop }) => heard.push(loop));
  await teller!.record({ steps: 1 });
  await eraser!.erase({ all: true });
  await settle();
  expect(heard).toEqual([null]);
});

test('an erasure of all is told while the tab asks about another, and told once', async () => {
  const browser = createFakeBrowser();
  const { client, heard } = openTab(browser);
  const eraser = openTab(browser);
  await client.record({ steps: 1 });
  await eraser.client.ready;
  browser.messages.hold('answers');
  forger(browser)({ epoch: 'epoch-forged', event: { type: 'loop.changed', loop: 'default', revision: 2, outbox: 0 } });
  await settle();
  const erasing = eraser.client.erase({ all: true });
  await settle();
  browser.messages.release();
  await erasing;
  await settle();
  expect([heard, eraser.heard]).toEqual([['erased null'], ['erased null']]);
});

test('a tab that was not told of an erasure, since the worker died then, hears of it with the next change, and gets the nudges of the new life', async () => {
  const { browser, eraser, heard, seqs } = await openTwoTabs();
  expect(seqs).toEqual([0, 1, 2]);
  browser.messages.lose('hints');
  await eraser.client.erase();
  await settle();
  browser.messages.heal();
  await eraser.client.setGoalState({ steps: 20 });
  await eraser.client.record({ steps: 4 });
  await settle();
  expect(heard).toEqual(['erased default']);
  expect(seqs).toEqual([0, 1, 2, 0]);
});

test.each(['lose', 'hold'] as const)('a call that a tab makes without having heard of an erasure (%s) tells it of that, is taken then, and its nudge is shown and told once', async (how) => {
  const { browser, eraser, client, heard, seqs } = await openTwoTabs();
  browser.messages[how]('hints');
  await eraser.client.erase();
  await settle();
  if (how === 'lose') browser.messages.heal();
  browser.messages.hold('hints');
  await eraser.client.setGoalState({ steps: 20 });
  expect(await client.record({ steps: 4 })).toMatchObject({ duplicate: false });
  await settle();
  expect(heard).toEqual(['erased default']);
  browser.messages.release();
  await settle();
  expect(heard).toEqual(['erased default']);
  expect(seqs).toEqual([0, 1, 2, 0]);
  expect(client.state().unacknowledged.map(({ seq }) => seq)).toEqual([0]);
});

test.each([
  ['of a loop of which an action is stored', true],
  ['of an empty loop', false],
])('an erasure %s is told to the tab that erases by its answer, once, and takes away nothing that the tab called for behind it', async (_what, isFilled) => {
  const browser = createFakeBrowser();
  const { client, heard } = openTab(browser);
  await client.ready;
  client.on('nudge', () => heard.push('nudge'));
  await settle();
  browser.messages.hold('hints');
  if (isFilled) await client.record({ steps: 1 });
  await Promise.all([client.erase(), client.setGoalState({ steps: 20 }), client.record({ steps: 2 })]);
  await settle();
  const seen = () => [heard, client.state().goalState, client.state().unacknowledged.length];
  const expected = [['erased default', 'nudge'], { steps: 20 }, 1];
  expect(seen()).toEqual(expected);
  browser.messages.release();
  await settle();
  expect(seen()).toEqual(expected);
});

test('an answer from before an erasure that comes after its announcement makes it told no second time', async () => {
  const browser = createFakeBrowser();
  const { page, client, heard } = openTab(browser);
  const eraser = openTab(browser);
  await client.record({ steps: 1 });
  await eraser.client.ready;
  await settle();
  browser.messages.hold('answers');
  for (const event of ['pagehide', 'pageshow'] as const) page.live(event);
  await settle();
  const erasing = eraser.client.erase();
  await settle();
  expect(heard).toEqual(['erased default']);
  browser.messages.release();
  await erasing;
  await client.setGoalState({ steps: 30 });
  await client.record({ steps: 2 });
  expect(heard).toHaveLength(1);
  expect(client.state().goalState).toEqual({ steps: 30 });
});

test('an acknowledgement that is sent again, since its answer was lost just before all was erased, raises no alarm', async () => {
  const browser = createFakeBrowser();
  const { client, heard } = openTab(browser, { goalState: { steps: 10 } });
  const eraser = openTab(browser);
  await client.record({ steps: 1 });
  await eraser.client.ready;
  const nudges = await client.nudges();
  browser.messages.lose('answers');
  const acknowledging = client.acknowledge(nudges);
  await settle();
  browser.messages.heal();
  await eraser.client.erase({ all: true });
  await client.history();
  browser.clock.advance(1_000);
  expect(await acknowledging).toBe(1);
  expect(heard).toEqual(['erased null']);
});

describe('a client and a worker', () => {
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
});
