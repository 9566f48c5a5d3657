import type { Locator } from '@playwright/test';
import { asShown, confirm, daysOf, expect, GOAL, open, PERSON, playMonth, saveExport, test, type Metric } from './demo-fixture.ts';

/** The demo asks the strategy never to suggest less of these. */
const GROWING: readonly string[] = ['steps', 'activeMinutes'];

const factIn = (place: Locator, testId: string): Locator => place.getByTestId(testId);

test('a month of real days gives the right history, gaps and nudges', async ({ page, server, complaints }) => {
  const days = await daysOf(PERSON);
  const [first, judged, newest] = [days.at(0)!, days.at(-2)!, days.at(-1)!];
  await open(page, server.url);
  await playMonth(page);

  await expect(page.getByTestId('history-count')).toHaveText(String(days.length));
  await expect(page.getByTestId('history-row')).toHaveCount(days.length);
  await expect(page.getByTestId('history-row').first().locator('[data-metric=steps]')).toHaveText(asShown(newest.steps));
  await expect(page.getByTestId('history-row').last().locator('[data-metric=steps]')).toHaveText(asShown(first.steps));

  // Each day was a call of its own, so each brought a nudge.
  await expect(page.getByTestId('nudge-count')).toHaveText(String(days.length));
  const nudge = page.getByTestId('nudge').first();
  await expect(nudge).toHaveAttribute('data-cause', 'actions');

  for (const metric of Object.keys(GOAL) as Metric[]) {
    const [goal, current, baseline] = [GOAL[metric], judged[metric], first[metric]];
    const gap = page.locator(`[data-testid=gap][data-metric=${metric}]`);
    await expect(factIn(gap, 'gap-goal')).toHaveText(asShown(goal));
    await expect(factIn(gap, 'gap-current')).toHaveText(asShown(current));
    await expect(factIn(gap, 'gap-gap')).toHaveText(asShown(goal - current));
    await expect(factIn(gap, 'gap-baseline')).toHaveText(asShown(baseline));
    await expect(factIn(gap, 'gap-newest')).toHaveText(asShown(newest[metric]));
    const progress = Math.max(0, Math.min(1, (current - baseline) / (goal - baseline)));
    await expect(factIn(gap, 'gap-progress')).toHaveAttribute('value', String(progress));

    const advice = nudge.locator(`[data-metric=${metric}]`);
    const half = current + (goal - current) / 2;
    await expect(advice.getByTestId('nudge-current')).toHaveText(asShown(current));
    await expect(advice.getByTestId('nudge-suggested')).toHaveText(asShown(GROWING.includes(metric) ? Math.max(half, current) : half));
  }
  expect(complaints).toEqual([]);
});

test('with the server stopped, the demo opens again, remembers, and goes on', async ({ page, context, server, complaints }) => {
  await open(page, server.url);
  await playMonth(page);
  await expect(page.getByTestId('nudge-count')).toHaveText('31');
  await server.close();

  await page.reload();
  await expect(page.getByTestId('status-server')).toHaveText('Server: not reachable. The loop keeps working');
  await expect(page.getByTestId('history-count')).toHaveText('31');
  await expect(page.getByTestId('nudge-count')).toHaveText('31');
  await expect(page.getByTestId('gap')).toHaveCount(3);

  await page.getByTestId('action-steps').fill('4200');
  await page.getByTestId('record').click();
  await expect(page.getByTestId('action-status')).toContainText('1 action stored');
  await expect(page.getByTestId('history-count')).toHaveText('32');
  await expect(page.getByTestId('nudge-count')).toHaveText('32');

  // Closed and come back to, still without a server.
  const later = await context.newPage();
  await page.close();
  await later.goto(server.url);
  await expect(later.getByTestId('status-host')).toHaveText('Loop: in the service worker');
  await expect(later.getByTestId('history-count')).toHaveText('32');
  expect(complaints).toEqual([]);
});

test('two tabs show the same loop', async ({ page, context, server, complaints }) => {
  await open(page, server.url);
  const other = await context.newPage();
  await open(other, server.url);
  await other.getByTestId('person').selectOption(PERSON);
  await playMonth(page);
  await expect(other.getByTestId('history-count')).toHaveText('31');
  await expect(other.getByTestId('nudge-count')).toHaveText('31');

  await other.getByTestId('acknowledge').first().click();
  await expect(page.getByTestId('nudge-count')).toHaveText('30');
  await page.getByTestId('acknowledge-all').click();
  await expect(other.getByTestId('nudge-count')).toHaveText('0');
  expect(complaints).toEqual([]);
});

test('bad input is refused in words, and changes nothing', async ({ page, server, complaints }) => {
  await open(page, server.url);
  await page.getByTestId('action-json').fill('{ "timestamp": "yesterday" }');
  await page.getByTestId('record').click();
  await expect(page.getByTestId('action-problem')).toContainText('action.invalid');
  await expect(page.getByTestId('action-problem')).toContainText('at timestamp');
  const settings = await page.getByTestId('fact-settings').textContent();
  await page.getByTestId('retention-limit').fill('-3');
  await page.getByTestId('apply-settings').click();
  await expect(page.getByTestId('settings-problem')).toContainText('options.invalid');
  await page.getByTestId('goal-steps').fill('12,000');
  await page.getByTestId('set-goal').click();
  await expect(page.getByTestId('goal-problem')).toContainText('Steps: “12,000” is not a number');

  // Markup in an action is shown as what it is: text.
  await page.getByTestId('action-json').fill('{ "note": "<img src=x onerror=alert(1)>" }');
  await page.getByTestId('record').click();
  await expect(page.getByTestId('history-row')).toHaveCount(1);
  await expect(page.getByTestId('history-row')).toContainText('<img src=x');
  await expect(page.getByTestId('history').locator('img')).toHaveCount(0);
  await expect(page.getByTestId('fact-settings')).toHaveText(settings ?? '');
  await expect(page.getByTestId('fact-goal')).toHaveText('none');
  expect(complaints).toEqual([]);
});

test('another strategy suggests other steps, and the form of a second tab shows it', async ({ page, context, server, complaints }) => {
  const judged = (await daysOf(PERSON)).at(-1)!;
  await open(page, server.url);
  await playMonth(page);
  const other = await context.newPage();
  await open(other, server.url);
  await page.getByTestId('strategy').selectOption('aggressive');
  await page.getByTestId('apply-settings').click();
  await expect(page.getByTestId('settings-status')).toHaveText('The settings are applied.');
  await expect(other.getByTestId('strategy')).toHaveValue('aggressive');
  await expect(other.getByTestId('fact-settings')).toContainText('strategy aggressive');

  await page.getByTestId('action-steps').fill('4200');
  await page.getByTestId('record').click();
  const advice = page.getByTestId('nudge').first().locator('[data-metric=steps]');
  await expect(advice.getByTestId('nudge-current')).toHaveText(asShown(judged.steps));
  const most = judged.steps + (GOAL.steps - judged.steps) * 0.75;
  await expect(advice.getByTestId('nudge-suggested')).toHaveText(asShown(Math.max(most, judged.steps)));
  expect(complaints).toEqual([]);
});

test('what takes content away asks first, and erased in one tab it is played anew from any', async ({ page, context, server, complaints }) => {
  await open(page, server.url);
  const other = await context.newPage();
  await open(other, server.url);
  await playMonth(page);
  await other.getByTestId('person').selectOption(PERSON);
  await expect(other.getByTestId('history-count')).toHaveText('31');
  await expect(other.getByTestId('play-status')).toContainText('31 of 31');

  await page.getByTestId('erase').click();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('data-status')).toHaveText('Nothing was changed.');
  await expect(page.getByTestId('history-count')).toHaveText('31');

  await page.getByTestId('erase').click();
  await confirm(page);
  await expect(page.getByTestId('data-status')).toContainText('Erased from 1 loop: 31 actions');
  await expect(other.getByTestId('history-count')).toHaveText('0');
  await expect(other.getByTestId('play-status')).toHaveText('0 of 31 days played.');
  await expect(other.getByTestId('goal-status')).toHaveText('No goal is set yet. Play sets this one.');
  await other.getByTestId('speed').selectOption('all');
  await other.getByTestId('play').click();
  await expect(page.getByTestId('history-count')).toHaveText('31');
  await expect(page.getByTestId('play-status')).toContainText('31 of 31');
  expect(complaints).toEqual([]);
});

test('two tabs do not play one person’s days twice', async ({ page, context, server, complaints }) => {
  await open(page, server.url);
  const other = await context.newPage();
  await open(other, server.url);
  await page.getByTestId('speed').selectOption('1');
  await page.getByTestId('play').click();
  await expect(page.getByTestId('history-count')).not.toHaveText('0');
  await other.getByTestId('play').click();
  await expect(other.getByTestId('play-problem')).toContainText('Another tab is playing');

  await page.getByTestId('play').click();
  await expect(page.getByTestId('play-status')).toHaveAttribute('data-phase', 'paused');
  await other.getByTestId('speed').selectOption('all');
  // The day under way still needs its receipt.
  await expect(async () => {
    await other.getByTestId('play').click();
    await expect(other.getByTestId('play-status')).toHaveAttribute('data-phase', /playing|finished/, { timeout: 500 });
  }).toPass();
  await expect(other.getByTestId('play-status')).toHaveAttribute('data-phase', 'finished');
  await expect(page.getByTestId('history-count')).toHaveText('31');
  expect(complaints).toEqual([]);
});

test('another person’s screen shows nothing of the one before, and by keyboard the last nudge leaves the focus beside it', async ({ page, server, complaints }) => {
  await open(page, server.url);
  await playMonth(page);
  await page.getByTestId('set-goal').click();
  await expect(page.getByTestId('goal-status')).toHaveText('This goal was already set, so nothing changed.');
  await page.getByTestId('acknowledge-all').click();
  await expect(page.getByTestId('nudge-count')).toHaveText('0');
  await page.getByTestId('action-steps').fill('1');
  await page.getByTestId('record').click();
  await expect(page.getByTestId('nudge-count')).toHaveText('1');
  await page.getByTestId('acknowledge').focus();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('nudges-title')).toBeFocused();

  await page.getByTestId('person').selectOption({ index: 0 });
  await expect(page.getByTestId('fact-loop')).not.toHaveText(`person-${PERSON}`);
  await expect(page.getByTestId('history-count')).toHaveText('0');
  await expect(page.getByTestId('action-status')).toHaveText('');
  await expect(page.getByTestId('gaps-empty')).toHaveText('No goal is set, so there is no gap to show. Press Play, or set a goal.');
  expect(complaints).toEqual([]);
});

test('a goal without numbers is told as none, and a metric that was not recorded as unknown', async ({ page, server, complaints }) => {
  await open(page, server.url);
  await playMonth(page);
  for (const steps of ['4200', '5000']) {
    await page.getByTestId('action-steps').fill(steps);
    await page.getByTestId('record').click();
    await expect(page.getByTestId('history-row').first().locator('[data-metric=steps]')).toHaveText(asShown(Number(steps)));
  }
  await expect(page.getByTestId('gap')).toHaveCount(1);
  await expect(page.getByTestId('gap-unknown')).toHaveCount(2);

  for (const metric of Object.keys(GOAL)) await page.getByTestId(`goal-${metric}`).fill('');
  await page.getByTestId('set-goal').click();
  await expect(page.getByTestId('goal-status')).toHaveText('No goal is set, so there are no new nudges.');
  await expect(page.getByTestId('gaps').locator('li')).toHaveCount(0);
  await expect(page.getByTestId('gaps-empty')).toBeVisible();
  expect(complaints).toEqual([]);
});

test('an export comes back by import, and replaces what was there', async ({ page, server, complaints }, info) => {
  await open(page, server.url);
  await playMonth(page);
  const file = await saveExport(page, info);
  await page.getByTestId('reset-history').click();
  await confirm(page);
  await expect(page.getByTestId('history-count')).toHaveText('0');
  await expect(page.getByTestId('play-status')).toHaveText('0 of 31 days played.');
  await page.getByTestId('import').setInputFiles(file);
  await confirm(page);
  await expect(page.getByTestId('data-status')).toHaveText('31 actions imported. The history now has 31.');
  await expect(page.getByTestId('history-count')).toHaveText('31');
  expect(complaints).toEqual([]);
});

test('without a service worker the demo works in its page, and says why', async ({ page, server }) => {
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'serviceWorker', { get: () => undefined }));
  await page.goto(server.url);
  await expect(page.getByTestId('status-host')).toContainText('Loop: in this page (');
  await playMonth(page);
  await expect(page.getByTestId('nudge-count')).toHaveText('31');
});

test('the manifest and its icons are there', async ({ page, server }) => {
  await open(page, server.url);
  const href = await page.locator('link[rel=manifest]').getAttribute('href');
  const manifest = (await (await page.request.get(`${server.url}${href}`)).json()) as { readonly icons: readonly { readonly src: string }[] };
  for (const { src } of manifest.icons) expect((await page.request.get(`${server.url}${src}`)).status(), src).toBe(200);
});
