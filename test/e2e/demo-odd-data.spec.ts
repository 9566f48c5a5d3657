import type { Page } from '@playwright/test';
import { confirm, expect, open, PERSON, playMonth, saveExport, test } from './demo-fixture.ts';
import { stopWorkers } from './fixture.ts';

/** Where a text stands in its place, from left to right. */
const leftOf = (page: Page, testId: string, text: string): Promise<number> =>
  page.getByTestId(testId).evaluate((place, wanted) => {
    const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const at = (walker.currentNode.textContent ?? '').indexOf(wanted);
      if (at === -1) continue;
      const range = document.createRange();
      range.setStart(walker.currentNode, at);
      range.setEnd(walker.currentNode, at + 1);
      return range.getBoundingClientRect().left;
    }
    throw new Error(`No ${wanted} here.`);
  }, text);

/** Writes into the stored state what no call would. */
async function spoilGoal(page: Page): Promise<void> {
  await page.evaluate(async (loop) => {
    const opening = indexedDB.open('nudgeloop');
    await new Promise((resolve) => opening.addEventListener('success', resolve));
    const transaction = opening.result.transaction('documents', 'readwrite');
    const documents = transaction.objectStore('documents');
    const reading = documents.get([loop, 'state']);
    reading.addEventListener('success', () => documents.put({ ...reading.result, value: { ...reading.result.value, goalState: 42 } }));
    await new Promise((resolve) => transaction.addEventListener('complete', resolve));
    opening.result.close();
  }, `person-${PERSON}`);
  await stopWorkers(page);
}

test('a loop whose goal can’t be read says so, and once it is erased the screen is well at once', async ({ page, server }) => {
  await page.clock.install();
  await open(page, server.url);
  await playMonth(page);
  await spoilGoal(page);
  await page.reload();
  await expect(page.getByTestId('problem')).toContainText('Erase the loop to start again.');
  // It was reached: its data is at fault.
  await expect(page.getByTestId('status-host')).toHaveText('Loop: can’t be opened');
  // Nothing is loading, and nothing will come.
  await expect(page.getByTestId('gaps-empty')).toHaveText('Not read yet.');
  // From here on no time passes for the page, so it makes no further try by itself.
  await page.clock.pauseAt(Date.now() + 1_000);
  await page.getByTestId('erase').click();
  await confirm(page);
  await expect(page.getByTestId('data-status')).toContainText('Erased from 1 loop');
  await expect(page.getByTestId('history-count')).toHaveText('0');
  await expect(page.getByTestId('problem')).toBeHidden();
  await expect(page.getByTestId('status-host')).toHaveText('Loop: in the service worker');
});

test('text that runs from right to left, or turns what follows around, leaves the fields beside it readable', async ({ page, server }) => {
  await open(page, server.url);
  await page.evaluate(async () => {
    await window.nudgeloop.setGoalState({ 'שלום': 5, steps: 10_000 });
    await window.nudgeloop.record({ note: '\u202Eturned', mood: 'calm' });
  });
  await expect(page.getByTestId('history-row')).toHaveCount(1);
  // Else “mood” would be read as “doom”, and the 5 would stand before its name.
  expect(await leftOf(page, 'history-row', 'mood')).toBeLessThan(await leftOf(page, 'history-row', 'ood'));
  expect(await leftOf(page, 'fact-goal', 'ש')).toBeLessThan(await leftOf(page, 'fact-goal', '5'));
});

test('a text of any length is cut on the screen, and whole in the export', async ({ page, server }) => {
  await open(page, server.url);
  const note = 'a very long walk '.repeat(300);
  await page.evaluate((text) => window.nudgeloop.record({ note: text }), note);
  await expect(page.getByTestId('history-row')).toContainText('…');
  expect((await page.getByTestId('history-row').boundingBox())!.height).toBeLessThan(400);
  expect((await page.evaluate(() => window.nudgeloop.export())).history[0]?.action['note']).toBe(note);
});

test('an import says how many actions the history has, also where the settings keep fewer', async ({ page, server }, info) => {
  await open(page, server.url);
  await playMonth(page);
  const file = await saveExport(page, info);
  await page.getByTestId('retention-limit').fill('5');
  await page.getByTestId('apply-settings').click();
  await expect(page.getByTestId('history-count')).toHaveText('5');
  await page.getByTestId('import').setInputFiles(file);
  await confirm(page);
  await expect(page.getByTestId('data-status')).toHaveText('31 actions imported. The history now has 5.');
});

test('while the loop can’t be read, the settings show what it was opened with, so Apply changes nothing by accident', async ({ page, server }) => {
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'serviceWorker', { get: () => undefined }));
  await page.route('**/in-page-host*', (route) => route.abort());
  await page.goto(server.url);
  await expect(page.getByTestId('problem')).toBeVisible();
  await expect(page.getByTestId('one-direction')).toBeChecked();
});
