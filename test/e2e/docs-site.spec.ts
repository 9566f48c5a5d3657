import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test as base, type Page } from '@playwright/test';
import { serve } from '../../scripts/serve.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The documentation on a server of its own. */
const test = base.extend<object, { readonly docs: string }>({
  docs: [
    async ({}, use) => {
      await promisify(execFile)(process.execPath, ['scripts/docs.mjs', '--build'], { cwd: root });
      const server = await serve({ root: `${root}dist-docs` });
      await use(server.url);
      await server.close();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
});

const PHONE = { width: 390, height: 844 };

async function search(page: Page, words: string): Promise<void> {
  await page.getByRole('searchbox').fill(words);
  await expect(page.locator('#search-results')).toBeVisible();
}

test('on a phone, what a search finds can be read whole', async ({ page, docs }) => {
  await page.setViewportSize(PHONE);
  await page.goto(`${docs}/guides/hosting.html`);
  await search(page, 'acknowledge');
  const { x, width } = (await page.locator('#search-results').boundingBox())!;
  expect(x).toBeGreaterThanOrEqual(0);
  expect(x + width).toBeLessThanOrEqual(PHONE.width);
});

test('on a narrow phone, long names and addresses do not widen a page', async ({ page, docs }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  for (const route of ['index', 'api/vite', 'guides/methods-and-events', 'source/demo/data/NOTICE.md']) {
    await page.goto(`${docs}/${route}.html`);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), route).toBe(0);
  }
});

test('a search is told in words, and Escape goes from its results back to its field', async ({ page, docs }) => {
  await page.goto(docs);
  await search(page, 'acknowledge');
  await expect(page.getByRole('status')).toHaveText('12 results');
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('#search-results a').first()).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.locator('#search-results')).toBeHidden();
  await expect(page.getByRole('searchbox')).toBeFocused();
  await search(page, 'zzzzqqqq');
  await expect(page.getByRole('status')).toContainText('Nothing found');
});

test('other results are shown from the first one, also if those before were scrolled', async ({ page, docs }) => {
  await page.goto(docs);
  await search(page, 'worker');
  await page.locator('#search-results a').last().focus();
  await search(page, 'firefox');
  await expect(page.locator('#search-results a').first()).toBeInViewport();
});

test('the results close when the focus goes on behind them, and the arrow down opens them again', async ({ page, docs }) => {
  await page.goto(docs);
  await search(page, 'zzzzqqqq');
  await page.locator('#search-results a').last().focus();
  await page.keyboard.press('Tab');
  await expect(page.locator('#search-results')).toBeHidden();
  await page.getByRole('searchbox').press('ArrowDown');
  await expect(page.locator('#search-results')).toBeVisible();
});

test('a search that is entered before it is loaded opens what it finds first', async ({ page, docs }) => {
  let letItLoad = (): void => undefined;
  const entered = new Promise<void>((resolve) => (letItLoad = resolve));
  await page.route('**/search-entries.js', (route) => entered.then(() => route.continue()));
  await page.goto(docs);
  await page.getByRole('searchbox').pressSequentially('erase');
  await page.keyboard.press('Enter');
  letItLoad();
  await page.waitForURL(/export-import-erase/);
});

test('a result shows the place where the words were found', async ({ page, docs }) => {
  await page.goto(docs);
  await search(page, 'Parcel');
  await expect(page.locator('#search-results small').first()).toHaveText(/^.{0,60}Parcel/);
});

test('a result is short enough to be heard: its text is part of the link’s name', async ({ page, docs }) => {
  await page.goto(docs);
  await search(page, 'worker');
  await expect(page.locator('#search-results small')).toHaveCount(12);
  const lengths = (await page.locator('#search-results small').allTextContents()).map(({ length }) => length);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(202);
});

test('a question of small words only is asked for another, and leads on', async ({ page, docs }) => {
  await page.goto(`${docs}/api/nudgeloop.html`);
  await search(page, 'how do I');
  await expect(page.getByRole('status')).toContainText('Add a word');
  await page.locator('#search-results').getByRole('link', { name: 'questions and short answers' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Questions and short answers');
});

test('if the search can not be loaded, its field says so, and the next letter tries again', async ({ page, docs }) => {
  await page.route('**/search.js', (route) => route.abort());
  await page.goto(docs);
  await search(page, 'erase');
  await expect(page.locator('#search-results')).toHaveText(
    'The search could not be loaded. Type a letter to try again. Or look at the questions and short answers, the guides or the recipes.',
  );
  await page.unroute('**/search.js');
  await search(page, 'eras');
  await expect(page.locator('#search-results a').first()).toContainText('Export, import, erase');
});

test('on a phone, what a page has is listed below its title, and leads there', async ({ page, docs }) => {
  await page.setViewportSize(PHONE);
  await page.goto(`${docs}/guides/hosting.html`);
  const list = page.getByRole('navigation', { name: 'On this page' });
  await expect(list).toHaveCount(1);
  await list.getByText('On this page').click();
  await list.getByRole('link', { name: 'A registration of yours' }).click();
  await expect(page.getByRole('heading', { name: 'A registration of yours' })).toBeInViewport();
});

test('by keyboard a page begins with the link to its content, and its place among the pages is in sight', async ({ page, docs }) => {
  await page.setViewportSize({ width: 1280, height: 500 });
  await page.goto(`${docs}/changelog.html`);
  await expect(page.getByRole('navigation', { name: 'Pages' }).locator('[aria-current]')).toBeInViewport();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
});

test('on paper a page is dark on white, whatever its theme, and no line of code is cut off', async ({ page, docs }) => {
  await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
  await page.setViewportSize({ width: 700, height: 900 });
  await page.goto(`${docs}/guides/testing.html`);
  await expect(page.locator('body')).toHaveCSS('background-color', 'rgb(255, 255, 255)');
  expect(await page.locator('pre').evaluateAll((blocks) => blocks.filter((block) => block.scrollWidth > block.clientWidth).length)).toBe(0);
});

test('on a phone, the menu closes with Escape, and when the focus goes on behind it', async ({ page, docs }) => {
  await page.setViewportSize(PHONE);
  await page.goto(docs);
  const menu = page.getByRole('button', { name: 'Menu' });
  const pages = page.getByRole('navigation', { name: 'Pages' });
  await menu.press('Enter');
  await expect(pages).toBeVisible();
  await pages.getByRole('link').first().focus();
  await page.keyboard.press('Escape');
  await expect(pages).toBeHidden();
  await expect(menu).toBeFocused();
  await expect(menu).toHaveAttribute('aria-expanded', 'false');

  await menu.press('Enter');
  await pages.getByRole('link').last().focus();
  await page.keyboard.press('Tab');
  await expect(pages).toBeHidden();
});

test('the button of the theme says what it does', async ({ page, docs }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(docs);
  await page.getByRole('button', { name: 'Use the dark theme' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect(page.getByRole('button', { name: 'Use the light theme' })).toBeVisible();
  // The bar beside the menu too: thumb and track.
  await expect(page.getByRole('navigation', { name: 'Pages' })).toHaveCSS('scrollbar-color', 'rgb(82, 96, 90) rgba(0, 0, 0, 0)');
});

test.describe('with fingers', () => {
  test.use({ hasTouch: true, isMobile: true, viewport: PHONE });

  test('the menu can be scrolled to its last page, and opens at the present one', async ({ page, docs }) => {
    await page.goto(`${docs}/changelog.html`);
    await page.getByRole('button', { name: 'Menu' }).tap();
    const pages = page.getByRole('navigation', { name: 'Pages' });
    await expect(pages.getByRole('link', { name: 'Changelog' })).toBeInViewport();
    await pages.evaluate((list) => list.scrollTo(0, list.scrollHeight));
    await expect(pages.getByRole('link').last()).toBeInViewport();
    await pages.evaluate((list) => list.scrollTo(0, 0));
    await expect(pages.getByRole('heading', { name: 'Start' })).toBeInViewport();
  });

  test('the button that copies code says so if the browser refuses', async ({ page, docs }) => {
    await page.addInitScript(() => (navigator.clipboard.writeText = () => Promise.reject(new Error('refused'))));
    const errors: Error[] = [];
    page.on('pageerror', (error) => errors.push(error));
    await page.goto(`${docs}/quick-start.html`);
    await page.locator('pre.code > button').first().tap();
    await expect(page.locator('pre.code > button').first()).toHaveText('Not copied');
    expect(errors).toEqual([]);
  });

  test('the button that copies code is seen without a pointer over it', async ({ page, docs }) => {
    await page.goto(`${docs}/quick-start.html`);
    await expect(page.locator('pre.code > button').first()).toHaveCSS('opacity', '1');
  });
});
