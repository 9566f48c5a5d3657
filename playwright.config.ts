import { defineConfig } from '@playwright/test';
import { chromiumArgs, findBrowser } from './scripts/lib/find-browser.mjs';

const executablePath = findBrowser('chromium')?.executablePath;

// No webServer here: a test starts `serve()` itself, since stopping the server is how a test takes the network away.
export default defineConfig({
  testDir: 'test/e2e',
  globalSetup: './test/e2e/build-site.ts',
  outputDir: 'test-results',
  timeout: 30_000,
  workers: 2,
  forbidOnly: Boolean(process.env['CI']),
  reporter: 'list',
  projects: [
    {
      name: 'chromium',
      use: {
        browserName: 'chromium',
        launchOptions: { args: chromiumArgs, ...(executablePath && { executablePath }) },
      },
    },
  ],
});
