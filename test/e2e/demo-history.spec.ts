import type { Page } from '@playwright/test';
import { confirm, expect, open, playMonth, test } from './demo-fixture.ts';

/** Records so many actions, one a minute up to noon of a day. Their steps are their numbers. */
const recordMinutes = (page: Page, amount: number): Promise<unknown> =>
  page.evaluate(async (length) => {
    const noon = new Date(2026, 0, 15, 12).getTime();
    const actions = Array.from({ length }, (_, steps) => ({ steps, timestamp: new Date(noon - (length - 1 - steps) * 60_000).toISOString() }));
    await window.nudgeloop.record(actions);
  }, amount);

/** The numbers of the first and the last row. */
const ends = async (page: Page): Promise<readonly (string | null)[]> => {
  const rows = page.getByTestId('history-row');
  return [await rows.first().locator('td').first().textContent(), await rows.last().locator('td').first().textContent()];
};

test('two actions of one day are told apart by their time', async ({ page, server }) => {
  await open(page, server.url);
  await recordMinutes(page, 2);
  const times = page.getByTestId('history-row').locator('time');
  await expect(times).toHaveText(['Thu, 15 Jan 2026 12:00', 'Thu, 15 Jan 2026 11:59']);
});

test('each of 120 actions can be looked at, by keyboard too, and a new one does not turn the page', async ({ page, server, complaints }) => {
  await open(page, server.url);
  await recordMinutes(page, 120);
  const caption = page.getByTestId('history-caption');
  const pages = page.getByRole('group', { name: 'Pages of the history' }).getByRole('button');
  const [newest, newer, older] = [pages.nth(0), pages.nth(1), pages.nth(2)];
  await expect(caption).toHaveText('No. 119 to 70 of 120 actions, newest first. Numbers start at 0.');
  await expect(newer).toHaveAttribute('aria-disabled', 'true');
  await older.focus();
  await page.keyboard.press('Enter');
  await expect(caption).toHaveText('No. 69 to 20 of 120 actions, newest first. Numbers start at 0.');
  expect(await ends(page)).toEqual(['69', '20']);
  await page.keyboard.press('Enter');
  await expect(caption).toHaveText('No. 19 to 0 of 120 actions, newest first. Numbers start at 0.');
  await expect(older).toHaveAttribute('aria-disabled', 'true');
  await expect(older).toBeFocused();

  await page.evaluate(() => window.nudgeloop.record({ steps: 4_200 }));
  await expect(caption).toHaveText('No. 19 to 0 of 121 actions, newest first. Numbers start at 0.');
  // What is compared is the newest action, whatever page is shown.
  await page.getByTestId('set-goal').click();
  await expect(page.locator('[data-metric=steps]').getByTestId('gap-newest')).toHaveText('4,200');
  await newer.click();
  await expect(caption).toHaveText(/^No\. 69 to 20/);
  await newest.click();
  await expect(caption).toHaveText(/^No\. 120 to 71/);
  await expect(newest).toHaveAttribute('aria-disabled', 'true');
  expect(complaints).toEqual([]);
});

test('an older page that is erased, or played for another person, gives way to the newest actions', async ({ page, server, complaints }) => {
  await open(page, server.url);
  await recordMinutes(page, 60);
  await page.getByTestId('history-older').click();
  await expect(page.getByTestId('history-row')).toHaveCount(10);
  await page.getByTestId('erase').click();
  await confirm(page);
  await expect(page.getByTestId('history-count')).toHaveText('0');
  await recordMinutes(page, 3);
  await expect(page.getByTestId('history-row')).toHaveCount(3);
  await expect(page.getByTestId('history-older')).toBeHidden();

  await recordMinutes(page, 60);
  await page.getByTestId('history-older').click();
  await expect(page.getByTestId('history-row')).toHaveCount(13);
  await playMonth(page);
  await expect(page.getByTestId('history-row')).toHaveCount(31);
  expect(complaints).toEqual([]);
});

test('an older page gives way to the newest actions, though the loop has as many again when it is read', async ({ page, server }) => {
  await open(page, server.url);
  await recordMinutes(page, 60);
  await page.getByTestId('history-older').click();
  await expect(page.getByTestId('history-row')).toHaveCount(10);
  await page.evaluate(async () => {
    // The page reads at this action, and not again while the rest is done.
    await window.nudgeloop.record({ steps: 1 });
    await window.nudgeloop.erase();
    await window.nudgeloop.record(Array.from({ length: 70 }, (_, steps) => ({ steps })));
  });
  await expect(page.getByTestId('history-count')).toHaveText('70');
  await expect(page.getByTestId('history-caption')).toHaveText(/^No\. 69 to 20/);
});

test('an empty history is no stop on the keyboard’s way', async ({ page, server }) => {
  await open(page, server.url);
  const region = page.getByRole('region', { name: 'History table' });
  await page.getByTestId('record').focus();
  await page.keyboard.press('Tab');
  await expect(page.getByTestId('poke')).toBeFocused();
  await recordMinutes(page, 1);
  await expect(page.getByTestId('history-row')).toHaveCount(1);
  await page.getByTestId('record').focus();
  await page.keyboard.press('Tab');
  await expect(region).toBeFocused();
});
