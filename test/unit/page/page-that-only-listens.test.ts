import { describe, expect, test } from 'vitest';
import { createFakeBrowser, settle } from './fake-browser.ts';
import { openClient } from './open-client.ts';

/** A browser, and a function that lets seconds pass in it. */
function openBrowser() {
  const browser = createFakeBrowser();
  const pass = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second += 1) {
      browser.clock.advance(1_000);
      await settle();
    }
  };
  return { browser, pass };
}

/** A tab that only listens, and that finds no host at its first greeting; then workers answer again. */
async function openDeafTab() {
  const { browser, pass } = openBrowser();
  browser.messages.lose('requests');
  const page = browser.openPage();
  const client = openClient(page, { fallback: false });
  const heard: number[] = [];
  client.on('nudge', ({ seq }) => heard.push(seq));
  client.ready.catch(() => undefined);
  await pass(15);
  expect(client.state().phase).toBe('failed');
  browser.messages.heal();
  return { browser, page, client, heard, pass };
}

describe('a tab that only listens, and found no host at first,', () => {
  test.each([
    ['its user comes back to it', ['visibilitychange']],
    ['it comes back from the back/forward cache', ['pagehide', 'pageshow']],
  ] as const)('gets what waits once %s', async (_what, events) => {
    const { browser, page, client, heard, pass } = await openDeafTab();
    browser.messages.lose('hints');
    const other = openClient(browser.openPage(), { goalState: { steps: 10 } });
    const recorded = other.record({ steps: 1 });
    await pass(5);
    await recorded;
    expect(heard).toEqual([]);
    for (const event of events) page.live(event);
    await pass(5);
    expect([heard, client.state().phase]).toEqual([[0], 'ready']);
  });
});

test('a tab whose greeting was taken, but not answered, does not undo the settings of a tab that was opened later', async () => {
  const { browser, pass } = openBrowser();
  browser.messages.lose('answers');
  const early = openClient(browser.openPage(), { fallback: false, retentionLimit: 5 });
  early.ready.catch(() => undefined);
  await pass(15);
  expect(early.state().phase).toBe('failed');
  browser.messages.heal();
  const later = openClient(browser.openPage(), { fallback: false, retentionLimit: 50 });
  await pass(3);
  const seen = later.inspect();
  await pass(2);
  expect((await seen).loop.settings).toMatchObject({ retentionLimit: 50 });
});
