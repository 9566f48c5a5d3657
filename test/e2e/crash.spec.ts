import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext } from '@playwright/test';
import { chromiumArgs, findBrowser } from '../../scripts/lib/find-browser.mjs';
import { connect, delivered, expect, stepsIn, test } from './fixture.ts';

const executablePath = findBrowser('chromium')?.executablePath;

/** A browser on a profile that stays: a plain context keeps its databases in memory. */
const launch = (profile: string): Promise<BrowserContext> =>
  chromium.launchPersistentContext(profile, { args: chromiumArgs, ...(executablePath && { executablePath }) });

/** Kills the browser as the system does, in the middle of whatever it does. */
async function kill(context: BrowserContext): Promise<void> {
  const session = await context.browser()!.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const { id } = processInfo.find(({ type }) => type === 'browser')!;
  const closed = context.waitForEvent('close');
  process.kill(id, 'SIGKILL');
  await closed;
}

test('a browser that is killed has kept every action that it acknowledged, once', async ({ site }) => {
  const profile = await mkdtemp(join(tmpdir(), 'nudgeloop-profile-'));
  try {
    const before = await launch(profile);
    const page = await before.newPage();
    await connect(page, site, { goalState: { steps: 10_000 } });
    const acknowledged: number[] = [];
    await page.exposeFunction('acknowledged', (steps: number) => acknowledged.push(steps));
    // Never ends by itself: the browser is killed while calls are under way.
    page
      .evaluate(async () => {
        const { acknowledged: tell } = window as unknown as { acknowledged: (steps: number) => Promise<void> };
        for (let steps = 0; ; steps += 1) {
          await window.client.record({ steps });
          await tell(steps);
        }
      })
      .catch(() => undefined);
    await expect.poll(() => acknowledged.length).toBeGreaterThan(20);
    await kill(before);

    const after = await launch(profile);
    const again = await after.newPage();
    await connect(again, site);
    const found = await stepsIn(again);
    expect(found.slice(0, acknowledged.length)).toEqual(acknowledged);
    // At most the one that was under way is more; it was stored, only its receipt did not arrive.
    expect(found.length - acknowledged.length).toBeLessThanOrEqual(1);
    expect(new Set(await delivered(again, found.length)).size).toBe(found.length);
    expect(await again.evaluate(() => window.told)).toEqual([]);
    await after.close();
  } finally {
    await rm(profile, { recursive: true, force: true });
  }
});
