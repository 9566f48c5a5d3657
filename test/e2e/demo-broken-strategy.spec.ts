import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { serve } from '../../scripts/serve.mjs';
import { SITE } from './build-site.ts';
import { DEMO, expect, open, playMonth, test } from './demo-fixture.ts';

/** Three tries take six seconds, and a busy machine longer. */
const TRIES = { timeout: 20_000 };

async function choose(page: Page, strategy: string): Promise<void> {
  await page.getByTestId('strategy').selectOption(strategy);
  await page.getByTestId('apply-settings').click();
  await expect(page.getByTestId('settings-status')).toHaveText('The settings are applied.');
  await expect(page.getByTestId('fact-settings')).toContainText(`strategy ${strategy}`);
}

/** Sets the goal that the form offers, breaks the strategy, and records an action. */
async function breakAndRecord(page: Page): Promise<void> {
  await page.getByTestId('set-goal').click();
  await expect(page.getByTestId('fact-goal')).toContainText('steps 10,000');
  await choose(page, 'broken');
  await page.getByTestId('action-steps').fill('4200');
  await page.getByTestId('record').click();
  await expect(page.getByTestId('action-status')).toContainText('1 action stored');
}

async function mendAndRetry(page: Page): Promise<void> {
  await choose(page, 'simple');
  await page.getByTestId('retry-all').focus();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('nudge').locator('[data-metric=steps]').getByTestId('nudge-suggested')).toHaveText('5,000');
  await expect(page.getByTestId('history-row').locator('[data-metric=steps]')).toHaveText('4,200');
  for (const count of ['pending-count', 'dead-letter-count']) await expect(page.getByTestId(count)).toHaveText('0');
  await expect(page.getByTestId('nudges-missing')).toBeHidden();
}

test('an action at which the strategy fails waits, is set aside and kept, and brings its nudge once the strategy works', async ({ page, server, complaints }) => {
  await open(page, server.url);
  await breakAndRecord(page);
  await expect(page.getByTestId('pending-count')).toHaveText('1');
  await expect(page.getByTestId('pending')).toContainText(/1 action · waiting since .* · tried 1 time · not again before /);
  await expect(page.getByTestId('nudges-missing-text')).toHaveText('1 pending call without a nudge.');

  // What waits survives the page, and the form shows the strategy that the loop has.
  await page.reload();
  await expect(page.getByTestId('strategy')).toHaveValue('broken');
  await expect(page.getByTestId('dead-letter-count')).toHaveText('1', TRIES);
  await expect(page.getByTestId('pending-count')).toHaveText('0');
  const letter = page.getByTestId('dead-letter');
  await expect(letter).toContainText(/1 action · set aside .* · tried 3 times/);
  await expect(letter).toContainText('steps 4,200');
  await expect(letter).toContainText('Reason: strategy.failed (problem threw RangeError)');
  await expect(page.getByTestId('history-count')).toHaveText('0');
  await expect(page.getByTestId('history-caption')).toHaveText('An action joins the history once the strategy has judged it.');
  await expect(page.getByTestId('gaps-empty')).toContainText('What is recorded waits for a strategy that works.');
  await expect(page.getByTestId('nudge-count')).toHaveText('0');
  for (const code of ['strategy.failed', 'worker.backoff', 'action.dead-lettered']) {
    await expect(page.locator(`[data-testid=log-line][data-code="${code}"]`).first()).toBeAttached();
  }

  await mendAndRetry(page);
  await expect(page.getByTestId('dead-letter-title')).toBeFocused();
  expect(complaints).toEqual([]);
});

test('a month that was played with it brings all its nudges at once when another strategy is applied, however long the loop would still wait', async ({ page, server, complaints }) => {
  await open(page, server.url);
  await choose(page, 'broken');
  await playMonth(page);
  await expect(page.getByTestId('pending-count')).toHaveText('31');
  // Everything failed, so each pause of all is twice as long as the one before.
  await expect(page.getByTestId('fact-backoff')).toContainText(/^[34] failures in a row/, TRIES);
  await choose(page, 'simple');
  for (const count of ['nudge-count', 'history-count']) await expect(page.getByTestId(count)).toHaveText('31');
  for (const count of ['pending-count', 'dead-letter-count']) await expect(page.getByTestId(count)).toHaveText('0');
  expect(complaints).toEqual([]);
});

test('without a service worker it fails, waits and is mended just the same, in the page', async ({ page, server }) => {
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'serviceWorker', { get: () => undefined }));
  await page.goto(server.url);
  await expect(page.getByTestId('status-host')).toContainText('Loop: in this page (');
  await breakAndRecord(page);
  await expect(page.getByTestId('dead-letter-count')).toHaveText('1', TRIES);
  await mendAndRetry(page);
});

test('a browser that has the worker of an earlier demo gets the new one by itself, and with it the strategy that fails', async ({ page, complaints }) => {
  test.setTimeout(90_000);
  const overlay = await mkdtemp(join(tmpdir(), 'nudgeloop-demo-'));
  const script = join(overlay, 'nudgeloop', 'service-worker.js');
  // It was the ready-made one.
  await cp(join(SITE, 'nudgeloop', 'service-worker.js'), script, { recursive: true });
  const server = await serve({ roots: [overlay, DEMO] });
  try {
    await open(page, server.url);
    await page.getByTestId('strategy').selectOption('broken');
    await page.getByTestId('apply-settings').click();
    await expect(page.getByTestId('settings-problem')).toContainText('strategy.unknown');

    await rm(script);
    await page.reload();
    await expect(page.getByTestId('strategy')).toHaveValue('simple');
    await expect(async () => {
      await page.getByTestId('strategy').selectOption('broken');
      await page.getByTestId('apply-settings').click();
      await expect(page.getByTestId('settings-status')).toHaveText('The settings are applied.', { timeout: 1_000 });
      // With pauses, since a worker that is kept busy gives way late.
    }).toPass({ intervals: [5_000] });
    await expect(page.getByTestId('fact-build')).toHaveText(/^\d+\.\d+\.\d+\+[0-9a-f]{8}$/);
    expect(complaints).toEqual([]);
  } finally {
    await server.close();
    await rm(overlay, { recursive: true });
  }
});
