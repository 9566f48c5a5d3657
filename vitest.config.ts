import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path/posix';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { chromiumArgs, findBrowser } from './scripts/lib/find-browser.mjs';
import { sourceAliases } from './scripts/lib/source-aliases.mjs';

const UNIT = 'test/unit';
/** The unit tests that replace modules, or load them anew. With slashes, as patterns have them on Windows too. */
const replacing = readdirSync(UNIT, { recursive: true, encoding: 'utf8' })
  .map((file) => join(UNIT, file.replaceAll('\\', '/')))
  .filter((file) => /\.test\.tsx?$/.test(file) && /\bvi\.(mock|doMock|resetModules)\b/.test(readFileSync(file, 'utf8')));

const executablePath = findBrowser('chromium')?.executablePath;

export default defineConfig({
  resolve: { alias: sourceAliases },
  test: {
    // By default one core is kept free, which of two cores leaves half of the machine idle.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          environment: 'node',
          include: ['test/unit/**/*.test.{ts,tsx}', 'test/contract/**/*.node.test.ts'],
          exclude: replacing,
          // One worker loads each module once for all its files, not for each: half of the time went into that.
          isolate: false,
          // So nothing that a test put in place of another thing may outlive it, even if it fails.
          unstubGlobals: true,
          unstubEnvs: true,
          restoreMocks: true,
          // No test waits by the clock; on a busy machine the longest computes for more than the usual five seconds.
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          // Modules of their own, since what these leave would reach the files behind them.
          name: 'unit-modules',
          environment: 'node',
          include: replacing,
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'docs',
          environment: 'node',
          include: ['test/docs/**/*.test.ts'],
          // As above: one example opens a page, a worker and a database in memory.
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        // Found late, a dependency makes Vite reload the page in the middle of a test.
        optimizeDeps: {
          include: [
            'comlink', 'idb', 'workbox-window/build/workbox-window.prod.mjs', 'zod/v4/core', 'fast-check',
            'react', 'react/jsx-dev-runtime', 'react-dom', 'react-dom/client', 'react-dom/server',
          ],
        },
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.{ts,tsx}', 'test/contract/**/*.browser.test.ts'],
          // The first action waits for a database to be made, which takes more than the usual second on a busy disk.
          testTimeout: 30_000,
          expect: { poll: { timeout: 10_000 } },
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: { args: chromiumArgs, ...(executablePath && { executablePath }) },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
