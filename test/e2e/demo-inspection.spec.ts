import type { Page } from '@playwright/test';
import type { Inspection, NudgeloopClient } from 'nudgeloop';
import { asShown, confirm, daysOf, expect, open, PERSON, playMonth, test } from './demo-fixture.ts';
import { stopWorkers } from './fixture.ts';

declare global {
  interface Window {
    /** The demo's own, which it offers in the console. */
    nudgeloop: NudgeloopClient;
  }
}

/** What the page's own client reads, as a person would in the console. */
const inspect = (page: Page): Promise<Inspection> => page.evaluate(() => window.nudgeloop.inspect());

/** The values of a list of facts, by the names of their places. */
const factsIn = (page: Page, testId: string): Promise<Readonly<Record<string, string>>> =>
  page
    .getByTestId(testId)
    .locator('dd')
    .evaluateAll((places) => Object.fromEntries(places.map((place) => [place.getAttribute('data-testid') ?? '', place.textContent ?? ''])));

/** The log's lines, newest first, as time, level and code. */
const logOf = (page: Page): Promise<readonly string[]> =>
  page
    .getByTestId('log-line')
    .evaluateAll((lines) => lines.map((line) => [line.querySelector('time')?.dateTime, line.getAttribute('data-level'), line.getAttribute('data-code')].join(' ')));

test('the screen tells of loop and worker what the page’s own client reads of them', async ({ page, server, complaints }) => {
  const first = (await daysOf(PERSON)).at(0)!;
  await open(page, server.url);
  await playMonth(page);
  await page.getByTestId('acknowledge').first().click();
  await expect(page.getByTestId('outbox-count')).toHaveText('30');

  await expect(async () => {
    const { host, loop, log } = await inspect(page);
    expect(await factsIn(page, 'worker-facts')).toEqual({
      'fact-host': 'service worker',
      'fact-boot-id': host.boot,
      'fact-epoch': host.epoch,
      'fact-durable': 'yes',
      'fact-protocol': String(host.protocol),
      'fact-build': host.build,
      'fact-loop': `person-${PERSON}`,
      'fact-revision': asShown(loop.revision),
      'fact-actions-ever-in-the-history': '31',
      'fact-size': `about ${asShown(loop.bytes)} bytes`,
      'fact-goal': 'steps 10,000, activeMinutes 30, sedentaryMinutes 720',
      'fact-backoff': 'none',
      'fact-settings': 'strategy simple; never less of: Steps, Very active minutes; keeps all actions; forever',
    });
    expect([loop.pending.count, loop.outbox.count, loop.deadLetters.count]).toEqual([0, 30, 0]);
    const baselines = Object.entries(loop.baselines).map(([metric, value]) => [`baseline-${metric}`, asShown(value)]);
    expect(await factsIn(page, 'baselines')).toEqual(Object.fromEntries(baselines));
    const lines = new Set(await logOf(page));
    const events = [...log.page, ...log.host].map(({ at, level, code }) => `${new Date(at).toISOString()} ${level} ${code}`);
    expect(events.length).toBeGreaterThan(0);
    expect(events.filter((event) => !lines.has(event))).toEqual([]);
  }).toPass();
  const times = (await logOf(page)).map((line) => line.slice(0, line.indexOf(' ')));
  expect(times).toEqual([...times].sort().reverse());
  await expect(page.getByTestId('baseline-steps')).toHaveText(asShown(first.steps));
  await expect(page.getByTestId('pending-count')).toHaveText('0');
  await expect(page.getByTestId('dead-letter-count')).toHaveText('0');
  await expect(page.getByTestId('dead-letter-buttons')).toBeHidden();
  await expect(page.getByTestId('outbox-hint')).toHaveText('Nudges that nobody has acknowledged yet. 0 were dropped to make room for newer ones.');
  await expect(page.getByTestId('status-durable')).toHaveText('Storage: durable');
  expect(complaints).toEqual([]);
});

test('Poke wakes a worker that was stopped, and the screen shows its new boot with the same loop', async ({ page, server, complaints }) => {
  await open(page, server.url);
  await playMonth(page);
  await expect(page.getByTestId('fact-actions-ever-in-the-history')).toHaveText('31');
  const before = await inspect(page);
  await expect(page.getByTestId('fact-boot-id')).toHaveText(before.host.boot);
  await expect(page.getByTestId('poke-status')).toHaveText('');

  await stopWorkers(page);
  await page.getByTestId('poke').click();
  await expect(page.getByTestId('poke-status')).toHaveText(/: nothing was due\. No work is scheduled\.$/);
  await expect(page.getByTestId('fact-boot-id')).not.toHaveText(before.host.boot);
  const after = await inspect(page);
  await expect(page.getByTestId('fact-boot-id')).toHaveText(after.host.boot);
  const kept = ({ host, loop }: Inspection): unknown => [host.epoch, loop.goalState, loop.history, loop.baselines, loop.outbox.count];
  expect(kept(after)).toEqual(kept(before));
  await expect(page.getByTestId('fact-epoch')).toHaveText(before.host.epoch);
  // What the worker before had said is gone with it, and stays on the screen.
  const lines = new Set(await logOf(page));
  const told = before.log.host.map(({ at, level, code }) => `${new Date(at).toISOString()} ${level} ${code}`);
  expect(told.filter((event) => !lines.has(event))).toEqual([]);
  expect(complaints).toEqual([]);
});

test('Stop goes back to the first day, and what was recorded stays', async ({ page, server, complaints }) => {
  await open(page, server.url);
  await page.getByTestId('person').selectOption(PERSON);
  await expect(page.getByTestId('fact-loop')).toHaveText(`person-${PERSON}`);
  await page.getByTestId('speed').selectOption('1');
  await page.getByTestId('play').click();
  await expect(page.getByTestId('play-status')).not.toContainText('0 of 31');
  await page.getByTestId('stop').click();
  await expect(page.getByTestId('play-status')).toHaveText('0 of 31 days played.');
  await expect(page.getByTestId('play')).toHaveText('Play');
  expect((await inspect(page)).loop.history.count).toBeGreaterThan(0);

  await page.getByTestId('speed').selectOption('all');
  await page.getByTestId('play').click();
  await expect(page.getByTestId('play-status')).toHaveAttribute('data-phase', 'finished');
  // How many more depends on whether the second day was under way.
  expect((await inspect(page)).loop.history.count).toBeGreaterThan(31);
  expect(complaints).toEqual([]);
});

test('everything that is erased is gone for each person, and each begins anew', async ({ page, server, complaints }) => {
  await open(page, server.url);
  const other = await page.getByTestId('person').inputValue();
  const days = (await daysOf(other)).length;
  await page.getByTestId('speed').selectOption('all');
  await page.getByTestId('play').click();
  await expect(page.getByTestId('play-status')).toHaveText(`${days} of ${days} days played.`);
  await playMonth(page);

  await page.getByTestId('erase-all').click();
  await confirm(page);
  await expect(page.getByTestId('data-status')).toContainText(`Erased from 2 loops: ${days + 31} actions`);
  await expect(page.getByTestId('history-count')).toHaveText('0');
  await expect(page.getByTestId('outbox-count')).toHaveText('0');
  await expect(page.getByTestId('play-status')).toHaveText('0 of 31 days played.');
  await page.getByTestId('person').selectOption(other);
  await expect(page.getByTestId('fact-loop')).toHaveText(`person-${other}`);
  await expect(page.getByTestId('history-count')).toHaveText('0');
  await expect(page.getByTestId('play-status')).toHaveText(`0 of ${days} days played.`);
  expect(complaints).toEqual([]);
});

test('a database that was destroyed is told in a banner, and its days can be played anew', async ({ page, server, complaints }) => {
  await open(page, server.url);
  await playMonth(page);
  const { epoch } = (await inspect(page)).host;
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        indexedDB.deleteDatabase('nudgeloop').addEventListener('success', resolve);
      }),
  );
  await page.getByTestId('poke').click();
  const banner = page.getByTestId('banner');
  await expect(banner).toContainText('The browser destroyed the database.');
  await expect(page.getByTestId('fact-epoch')).not.toHaveText(epoch);
  await expect(page.getByTestId('history-count')).toHaveText('0');
  await expect(page.getByTestId('play-status')).toHaveText('0 of 31 days played.');
  await banner.getByRole('button', { name: 'Dismiss' }).click();
  await expect(banner).toHaveCount(0);
  expect(complaints).toEqual([]);
});

test('while another person’s loop is read, the form neither shows nor sets the goal of the one before', async ({ page, server, complaints }) => {
  await open(page, server.url);
  await page.getByTestId('goal-steps').fill('4321');
  await page.getByTestId('set-goal').click();
  await expect(page.getByTestId('fact-goal')).toContainText('steps 4,321');
  await expect(page.getByTestId('main')).toHaveAttribute('aria-busy', 'false');

  const form = page.evaluate(
    () =>
      new Promise((resolve) => {
        const main = document.querySelector('[data-testid=main]')!;
        const steps = document.querySelector<HTMLInputElement>('[data-testid=goal-steps]')!;
        const button = document.querySelector<HTMLButtonElement>('[data-testid=set-goal]')!;
        new MutationObserver(() => {
          if (main.getAttribute('aria-busy') === 'true') resolve([steps.value, button.disabled]);
        }).observe(main, { attributeFilter: ['aria-busy'] });
      }),
  );
  await page.getByTestId('person').selectOption(PERSON);
  expect(await form).toEqual(['', true]);
  await expect(page.getByTestId('goal-steps')).toHaveValue('10000');
  await page.getByTestId('set-goal').click();
  await expect(page.getByTestId('fact-goal')).toContainText('steps 10,000');
  expect(complaints).toEqual([]);
});
