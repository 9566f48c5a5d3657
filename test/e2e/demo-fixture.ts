import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test as base, type Page, type TestInfo } from '@playwright/test';
import { serve } from '../../scripts/serve.mjs';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Where the built demo is. */
export const DEMO = at('dist-demo');

/** Not the one that the demo opens with. */
export const PERSON = '2022484408';
export const GOAL = { steps: 10_000, activeMinutes: 30, sedentaryMinutes: 720 } as const;

export type Metric = keyof typeof GOAL;
export type Day = Readonly<Record<Metric, number>>;

/** The demo on a server of its own, and what the browser had to complain about. */
export const test = base.extend<{ readonly server: Awaited<ReturnType<typeof serve>>; readonly complaints: string[] }>({
  server: async ({}, use) => {
    const server = await serve({ root: DEMO });
    await use(server);
    await server.close();
  },
  complaints: async ({ context }, use) => {
    const complaints: string[] = [];
    context.on('weberror', (error) => complaints.push(error.error().message));
    // Chromium reports what a content security policy or Trusted Types refused to the console, as an error.
    context.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('ERR_CONNECTION_REFUSED')) complaints.push(message.text());
    });
    await use(complaints);
  },
});

export async function daysOf(person: string): Promise<readonly Day[]> {
  const csv = await readFile(at('demo/data/fitbit-daily.csv'), 'utf8');
  const [header = '', ...lines] = csv.trim().split('\n');
  const names = header.split(',');
  const rows = lines.map((line) => new Map(line.split(',').map((cell, index) => [names[index], cell])));
  return rows
    .filter((row) => row.get('participant') === person)
    .map((row) => ({
      steps: Number(row.get('steps')),
      activeMinutes: Number(row.get('veryActiveMinutes')),
      sedentaryMinutes: Number(row.get('sedentaryMinutes')),
    }));
}

export const asShown = (value: number): string => new Intl.NumberFormat('en', { maximumFractionDigits: 2 }).format(value);

export async function open(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await expect(page.getByTestId('status-host')).toHaveText('Loop: in the service worker');
  await expect(page.getByTestId('status-shell')).toHaveText('Offline copy: ready');
}

export async function playMonth(page: Page): Promise<void> {
  await page.getByTestId('person').selectOption(PERSON);
  await page.getByTestId('speed').selectOption('all');
  await expect(page.getByTestId('fact-loop')).toHaveText(`person-${PERSON}`);
  await page.getByTestId('play').click();
  await expect(page.getByTestId('play-status')).toHaveAttribute('data-phase', 'finished');
}

/** Exports the loop to a file, and returns its path. */
export async function saveExport(page: Page, info: TestInfo): Promise<string> {
  const file = info.outputPath('export.json');
  const download = page.waitForEvent('download');
  await page.getByTestId('export').click();
  await (await download).saveAs(file);
  return file;
}

/** Answers the demo's question with yes. */
export async function confirm(page: Page): Promise<void> {
  await page.getByTestId('confirm-yes').click();
}

export { expect };
