import { pathToFileURL } from 'node:url';
import type { InlineConfig } from 'vite';
import { describe, expect, test } from 'vitest';
import { createApp, WITHOUT_MAP } from './create-app.ts';

describe('in Nuxt, which publishes only the folder of its built files', () => {
  /** What Nuxt says to Vite, as far as it matters here. */
  const nuxt = (output: object, more: object = {}): InlineConfig => ({
    base: './',
    plugins: [{ name: 'nuxt:runtime-paths-dep' }],
    build: { copyPublicDir: false, modulePreload: { polyfill: false }, rollupOptions: { output, ...more } },
  });
  const named = nuxt({ entryFileNames: 'assets/_nuxt/[hash].js', chunkFileNames: 'assets/_nuxt/[hash].js' });

  test.each([
    ['at the usual path', {}, 'assets/_nuxt/nudgeloop/service-worker.js'],
    ['at a path of your own', { path: 'workers/loop.js' }, 'assets/_nuxt/workers/loop.js'],
    ['at a path that names that folder already', { path: 'assets/_nuxt/nudgeloop/service-worker.js' }, 'assets/_nuxt/nudgeloop/service-worker.js'],
  ])('the worker is in that folder %s, and the page finds it there', async (_where, options, file) => {
    const app = createApp();
    await app.build(options, named);
    expect(app.read(file)).toBe(WITHOUT_MAP);
    expect(await app.shown()).toBe(pathToFileURL(app.path(file)).href);
  });

  test('its source map is there too', async () => {
    const app = createApp();
    await app.build({}, { ...named, build: { ...named.build, sourcemap: true } });
    expect(app.read('assets/_nuxt/nudgeloop/service-worker.js.map')).toBe('{}');
  });

  test('names that are made by a function tell no folder, and the build says what to do', async () => {
    const warnings: string[] = [];
    const onwarn = ({ message }: { message: string }) => void warnings.push(message);
    await createApp().build({}, nuxt({ entryFileNames: () => 'assets/_nuxt/[hash].js' }, { onwarn }));
    expect(warnings).toEqual([expect.stringMatching(/entryFileNames.*path/)]);
  });

  test('plugins of its family in an app that is not Nuxt change nothing', async () => {
    const app = createApp();
    await app.build({}, { ...named, plugins: [{ name: 'nuxt:ui' }] });
    expect(app.has('nudgeloop/service-worker.js')).toBe(true);
  });
});
