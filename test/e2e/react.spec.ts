import { expect, test } from './fixture.ts';

test('a React page records an action and shows the nudge, and another tab sees it acknowledged', async ({ page, context, site }) => {
  const other = await context.newPage();
  for (const tab of [page, other]) {
    await tab.goto(`${site.url}/react.html`);
    await expect(tab.getByRole('status')).toHaveText('ready in service-worker, goal 10000');
  }
  await page.bringToFront();
  await page.getByRole('button', { name: 'I walked' }).click();
  for (const tab of [page, other]) await expect(tab.getByRole('listitem')).toHaveText(['Try 5000 steps Done']);
  await page.getByRole('button', { name: 'Done' }).click();
  for (const tab of [page, other]) await expect(tab.getByRole('listitem')).toHaveCount(0);

  // What is waiting when a page is loaded is shown by it.
  await page.getByRole('button', { name: 'I walked' }).click();
  await expect(page.getByRole('listitem')).toHaveCount(1);
  await page.reload();
  await expect(page.getByRole('listitem')).toHaveCount(1);
});
