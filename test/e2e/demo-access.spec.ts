import type { Page } from '@playwright/test';
import { expect, open, playMonth, test } from './demo-fixture.ts';

/** How far a text stands out from its ground, by WCAG: 4.5 is enough for small text. */
function contrast(one: string, other: string): number {
  const luminance = (color: string): number => {
    const [red = 0, green = 0, blue = 0] = [...color.matchAll(/\d+/g)].map(Number).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/** By how many pixels the page is wider than its window. */
const excess = (page: Page): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

test('on a phone, long names and values stay inside the page, and a nudge’s button within reach', async ({ page, server, complaints }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, server.url);
  await playMonth(page);
  expect(await excess(page)).toBe(0);
  await page.evaluate(() => window.nudgeloop.record({ steps: 123_456_789_012_345, note: 'W'.repeat(300) }));
  await page.evaluate(() => window.nudgeloop.setGoalState({ steps: 1e15, aMetricOfALongNameWithoutAnyBreakInIt: 5, mood: 'good '.repeat(30) }));
  await expect(page.getByTestId('nudge').first()).toHaveAttribute('data-cause', 'goal');
  await expect(page.getByTestId('gap-unknown')).toHaveCount(1);
  expect(await excess(page)).toBe(0);
  const [list, button] = [await page.getByTestId('nudges').boundingBox(), await page.getByTestId('acknowledge').first().boundingBox()];
  expect(button!.x + button!.width).toBeLessThanOrEqual(list!.x + list!.width);
  expect(complaints).toEqual([]);
});

test('on the narrowest phone a nudge is whole, and no number is broken over two lines', async ({ page, server }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await open(page, server.url);
  await playMonth(page);
  const list = page.getByTestId('nudges');
  expect(await list.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
  await page.evaluate(() => window.nudgeloop.setGoalState({ steps: 999_999_999_999_999, mood: 'W'.repeat(60) }));
  await expect(page.getByTestId('nudge').first()).toHaveAttribute('data-cause', 'goal');
  for (const cell of await page.getByTestId('nudge').first().locator('tr:not([data-metric=mood]) td').all()) {
    const lines = await cell.evaluate((element) => {
      const range = document.createRange();
      range.selectNodeContents(element);
      return range.getClientRects().length;
    });
    expect(lines, (await cell.textContent()) ?? '').toBe(1);
  }
});

test('on a phone, and in a window as narrow, no word of a nudge is broken, and the history’s caption is in sight', async ({ page, server }) => {
  await open(page, server.url);
  await playMonth(page);
  // Here the scroll bar takes no room. In Firefox it takes 15 pixels, which count as the window's for a style's limit.
  for (const [width, room] of [[305, 0], [320, 0], [320, 15], [390, 0], [480, 0], [480, 15], [481, 0], [481, 15], [496, 15], [497, 15], [600, 15]] as const) {
    await page.setViewportSize({ width, height: 844 });
    await page.evaluate((taken) => (document.documentElement.style.paddingInlineEnd = `${taken}px`), room);
    const heading = page.getByTestId('nudge').first().locator('[data-metric=sedentaryMinutes] th');
    const lines = await heading.evaluate((element) => {
      const range = document.createRange();
      range.setStart(element.firstChild!, 0);
      range.setEnd(element.firstChild!, 'Sedentary'.length);
      return range.getClientRects().length;
    });
    const where = `${width} with a scroll bar of ${room}`;
    expect.soft(lines, where).toBe(1);
    expect.soft(await page.getByTestId('nudges').evaluate((list) => list.scrollWidth - list.clientWidth), where).toBe(0);
    const region = await page.getByTestId('history-region').evaluate((element) => element.clientWidth);
    expect.soft(await page.getByTestId('history-caption').evaluate((caption: HTMLElement) => caption.offsetWidth), where).toBeLessThanOrEqual(region);
  }
});

test('Play looks as if it could not be pressed as long as it can’t', async ({ page, server }) => {
  await page.route('**/*.csv', () => undefined);
  await page.goto(server.url);
  await expect(page.getByTestId('play')).toBeDisabled();
  expect(await page.getByTestId('play').evaluate((button) => Number(getComputedStyle(button).opacity))).toBeLessThan(1);
});

test('a number of any size stays inside the card of its goal', async ({ page, server }) => {
  await open(page, server.url);
  await page.evaluate(async () => {
    await window.nudgeloop.setGoalState({ steps: 1e21, loss: -999_999_999_999_999, ratio: 1e-9 });
    for (const ratio of [0.1, 0.2]) await window.nudgeloop.record({ steps: 1e20, loss: -1, ratio });
  });
  await expect(page.getByTestId('gap')).toHaveCount(3);
  const cards = await page.getByTestId('gap').evaluateAll((found) => found.map((card) => card.scrollWidth - card.clientWidth));
  expect(cards).toEqual([0, 0, 0]);
});

test('each link of the page’s contents leads to a part, and the keyboard goes on from there', async ({ page, server }) => {
  await open(page, server.url);
  await playMonth(page);
  const links = page.getByRole('navigation', { name: 'On this page' }).getByRole('link');
  for (const link of await links.all()) {
    const target = page.locator((await link.getAttribute('href')) ?? '');
    await expect(target).toHaveText(new RegExp(`^${await link.textContent()}`));
  }
  // Past fifty nudges, each with a button.
  await links.getByText('Goal', { exact: true }).press('Enter');
  await page.keyboard.press('Tab');
  await expect(page.getByTestId('goal-steps')).toBeFocused();
});

test('the headings of the history stay in sight while it is scrolled', async ({ page, server }) => {
  await open(page, server.url);
  await expect(page.getByTestId('history-head')).toBeHidden();
  await playMonth(page);
  await expect(page.getByTestId('history-row')).toHaveCount(31);
  const region = page.getByRole('region', { name: 'History table' });
  await region.scrollIntoViewIfNeeded();
  await region.evaluate((element) => element.scrollTo(0, element.scrollHeight));
  await expect(page.getByTestId('history-row').first()).not.toBeInViewport();
  await expect(page.getByTestId('history-head').getByText('Calories')).toBeInViewport();
});

test('a screen reader knows each place that will say something, before it does', async ({ page, server }) => {
  await open(page, server.url);
  const places = page.locator('[role=status], [aria-live]');
  expect(await places.count()).toBeGreaterThan(8);
  expect(await places.evaluateAll((found) => found.filter((place) => getComputedStyle(place).display === 'none').map((place) => place.outerHTML))).toEqual([]);
  // The server's state is told too, when it changes.
  await expect(page.getByRole('list', { name: 'Status' })).toHaveAttribute('aria-live', 'polite');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`what a field offers can be read on its ground, ${colorScheme}`, async ({ page, server }) => {
    await page.emulateMedia({ colorScheme });
    await open(page, server.url);
    const [text, ground] = await page
      .getByTestId('retention-days')
      .evaluate((field) => [getComputedStyle(field, '::placeholder').color, getComputedStyle(field).backgroundColor] as const);
    expect(contrast(text, ground)).toBeGreaterThanOrEqual(4.5);
  });
}

test('how far the days are played is seen in colors that the reader chose', async ({ page, server }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await open(page, server.url);
  await playMonth(page);
  const bar = page.getByTestId('play-progress');
  const full = await bar.screenshot();
  await page.getByTestId('stop').click();
  await expect(page.getByTestId('play-status')).toHaveText('0 of 31 days played.');
  expect((await bar.screenshot()).equals(full)).toBe(false);
});

test('while the loop can’t be read, the page says so and does not seem busy for ever', async ({ page, server }) => {
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'serviceWorker', { get: () => undefined }));
  await page.route('**/in-page-host*', (route) => route.abort());
  await page.goto(server.url);
  await expect(page.getByTestId('problem')).toBeVisible();
  await expect(page.getByTestId('status-host')).toHaveText('Loop: can’t be opened');
  await expect(page.getByTestId('main')).toHaveAttribute('aria-busy', 'false');
});
