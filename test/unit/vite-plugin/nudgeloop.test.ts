import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runInNewContext } from 'node:vm';
import { nudgeloop } from 'nudgeloop/vite';
import { build, createBuilder, createServer, preview, type InlineConfig } from 'vite';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createPlugin, type NudgeloopPluginOptions } from '../../../vite-plugin/create-plugin.ts';

const SCRIPT = 'self.loop = "ü";\n//# sourceMappingURL=service-worker.js.map';
const WITHOUT_MAP = 'self.loop = "ü";\n';
const OWN = 'self.own = true; // the app\'s';

/** A tiny app with a service worker of its own, and a page that shows where it would look for ours. */
function createApp() {
  const root = mkdtempSync(join(tmpdir(), 'nudgeloop-vite-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const files = {
    'index.html': '<!doctype html><script type="module" src="/main.js"></script>',
    'main.js': "document.title = typeof __NUDGELOOP_WORKER__ === 'undefined' ? 'the usual' : __NUDGELOOP_WORKER__;",
    'server.js': 'export const render = () => 1;',
    'public/sw.js': OWN,
    'package/service-worker.js': SCRIPT,
    'package/service-worker.js.map': '{}',
  };
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const [path, text] of Object.entries(files)) write(path, text);
  const config = (options: NudgeloopPluginOptions, extra: InlineConfig): InlineConfig => ({
    configFile: false,
    root,
    logLevel: 'silent',
    ...extra,
    plugins: [createPlugin(options, pathToFileURL(join(root, 'package/'))), extra.plugins],
  });
  const read = (path: string): string => readFileSync(join(root, 'dist', path), 'utf8');
  const chunk = (): string => /assets\/[^"]+\.js/.exec(read('index.html'))?.[0] ?? '';
  return {
    read,
    write,
    path: (path: string): string => join(root, 'dist', path),
    has: (path: string): boolean => existsSync(join(root, 'dist', path)),
    /** What the built page shows. */
    code: (): string => read(chunk()),
    /** The same, where the browser found it. */
    chunk: (): URL => pathToFileURL(join(root, 'dist', chunk())),
    build: (options: NudgeloopPluginOptions = {}, extra: InlineConfig = {}) => build(config(options, extra)),
    /** The client and then the server, with the same plugins. */
    async buildBoth(extra: InlineConfig = {}) {
      const environments = { ssr: { build: { outDir: 'dist-server', sourcemap: true, rollupOptions: { input: 'server.js' } } } };
      const builder = await createBuilder(config({}, { builder: { sharedPlugins: true }, environments, ...extra }));
      await builder.buildApp();
    },
    async develop(options: NudgeloopPluginOptions = {}, extra: InlineConfig = {}) {
      const server = await createServer(config(options, { server: { port: 0, host: '127.0.0.1', watch: null, ws: false }, optimizeDeps: { noDiscovery: true }, ...extra }));
      await server.listen();
      onTestFinished(() => server.close());
      const address = server.httpServer?.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      return (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init);
    },
    async preview(options: NudgeloopPluginOptions = {}, extra: InlineConfig = {}) {
      const server = await preview(config(options, { preview: { port: 0, host: '127.0.0.1' }, ...extra }));
      onTestFinished(() => server.close());
      const address = server.httpServer.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      return (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
    },
  };
}

function headersOf({ status, headers }: Response) {
  return { status, type: headers.get('content-type'), cache: headers.get('cache-control'), allowed: headers.get('service-worker-allowed') };
}

const RIGHT = { status: 200, type: 'text/javascript; charset=utf-8', cache: 'no-store', allowed: null };

describe('in development', () => {
  test('the worker is where pages look for it, as a script, uncached, with its map', async () => {
    const get = await createApp().develop();
    const answer = await get('/nudgeloop/service-worker.js');
    expect(headersOf(answer)).toEqual(RIGHT);
    expect(await answer.text()).toBe(SCRIPT);
    expect(await (await get('/nudgeloop/service-worker.js?database=mine')).text()).toBe(SCRIPT);
    expect(await (await get('/nudgeloop/service-worker.js', { method: 'HEAD' })).text()).toBe('');
    expect(await (await get('/nudgeloop/service-worker.js.map')).text()).toBe('{}');
    expect(await (await get('/@vite/env')).text()).not.toContain('__NUDGELOOP_WORKER__');
  });

  test('it is below the app\'s base, and the page is told', async () => {
    const get = await createApp().develop({}, { base: '/app/' });
    expect(await (await get('/app/nudgeloop/service-worker.js')).text()).toBe(SCRIPT);
    expect((await get('/nudgeloop/service-worker.js')).status).toBe(404);
    expect(await (await get('/app/@vite/env')).text()).toContain('/app/nudgeloop/service-worker.js');
  });

  test('the header for a wider scope is sent where it is needed, and only there', async () => {
    const wide = await createApp().develop({ scope: '/' }, {});
    expect(headersOf(await wide('/nudgeloop/service-worker.js'))).toEqual({ ...RIGHT, allowed: '/' });
    expect((await wide('/sw.js')).headers.get('service-worker-allowed')).toBeNull();
    const relative = await createApp().develop({ scope: './' }, { base: '/app/' });
    expect(headersOf(await relative('/app/nudgeloop/service-worker.js'))).toEqual({ ...RIGHT, allowed: '/app/' });
    const narrow = await createApp().develop({ scope: '/nudgeloop/mine/' }, {});
    expect(headersOf(await narrow('/nudgeloop/service-worker.js'))).toEqual(RIGHT);
  });

  test('the app\'s own worker stays what it is', async () => {
    const get = await createApp().develop();
    const answer = await get('/sw.js');
    expect(await answer.text()).toBe(OWN);
    expect(answer.headers.get('cache-control')).not.toBe('no-store');
  });

  test('another place is served too, and the page is told', async () => {
    const get = await createApp().develop({ path: 'workers/loop.js' }, {});
    expect(await (await get('/workers/loop.js')).text()).toBe(SCRIPT);
    expect(await (await get('/workers/service-worker.js.map')).text()).toBe('{}');
    expect(await (await get('/@vite/env')).text()).toContain('/workers/loop.js');
  });
});

describe('in a build', () => {
  test('the worker is a file at its place, under its own name, and names no map that is not there', async () => {
    const app = createApp();
    await app.build();
    expect(app.read('nudgeloop/service-worker.js')).toBe(WITHOUT_MAP);
    expect(app.has('nudgeloop/service-worker.js.map')).toBe(false);
    expect(app.read('sw.js')).toBe(OWN);
    expect(app.code()).toContain('the usual');
  });

  test('with source maps it is the package\'s script to the last byte, with its map', async () => {
    const app = createApp();
    await app.build({}, { build: { sourcemap: true } });
    expect(app.read('nudgeloop/service-worker.js')).toBe(SCRIPT);
    expect(app.read('nudgeloop/service-worker.js.map')).toBe('{}');
  });

  test('with source maps that nobody is to be told of, the map is there and the worker does not name it', async () => {
    const app = createApp();
    await app.build({}, { build: { sourcemap: 'hidden' } });
    expect(app.read('nudgeloop/service-worker.js')).toBe(WITHOUT_MAP);
    expect(app.read('nudgeloop/service-worker.js.map')).toBe('{}');
  });

  test.each([
    ['/app/', '/app/nudgeloop/service-worker.js'],
    // A browser takes a worker from the page's origin only.
    ['https://files.example/app/', 'the usual'],
  ])('with the base %s the page looks for %s', async (base, url) => {
    const app = createApp();
    await app.build({}, { base });
    expect(app.has('nudgeloop/service-worker.js')).toBe(true);
    expect(app.code()).toContain(url);
  });

  test('a base that another plugin sets is the one that counts', async () => {
    const app = createApp();
    await app.build({}, { plugins: [{ name: 'based', config: () => ({ base: '/late/' }) }] });
    expect(app.code()).toContain('/late/nudgeloop/service-worker.js');
  });

  test('for a server it adds nothing', async () => {
    const app = createApp();
    await app.build({}, { build: { ssr: 'server.js' } });
    expect(app.has('server.mjs')).toBe(true);
    expect(app.has('nudgeloop/service-worker.js')).toBe(false);
  });

  test.each(['/', './'])('an app whose client and server one builder makes, with shared plugins, has the worker in the client\'s files, below the base %j', async (base) => {
    const app = createApp();
    app.write('server.js', 'export const place = __NUDGELOOP_WORKER__;');
    await app.buildBoth({ base });
    expect(app.read('nudgeloop/service-worker.js')).toBe(WITHOUT_MAP);
    expect(app.code().includes('../nudgeloop/service-worker.js')).toBe(base === './');
    expect(app.has('../dist-server/server.mjs')).toBe(true);
    expect(app.has('../dist-server/nudgeloop/service-worker.js')).toBe(false);
    expect(app.read('../dist-server/server.mjs')).not.toContain('service-worker.js');
  });
});

describe('below a relative base', () => {
  // Without Vite's polyfill, which looks for more of a document than there is here.
  const bare: InlineConfig = { base: './', build: { modulePreload: { polyfill: false } } };
  const shownBy = async (app: ReturnType<typeof createApp>) => {
    const page = { title: '' };
    vi.stubGlobal('document', page);
    onTestFinished(() => void vi.unstubAllGlobals());
    await import(/* @vite-ignore */ app.chunk().href);
    return page.title;
  };

  test.each(['./', ''])('a page of any address finds the worker: %j leads from the built file to the script', async (base) => {
    const app = createApp();
    await app.build({}, { ...bare, base });
    expect(await shownBy(app)).toBe(new URL('../nudgeloop/service-worker.js', app.chunk()).href);
    expect(app.has('nudgeloop/service-worker.js')).toBe(true);
  });

  test.each([
    ['in the folder of the built files', 'assets/loop.js', './loop.js'],
    ['in a deeper one', 'workers/deep/loop.js', '../workers/deep/loop.js'],
    ['in none', 'loop.js', '../loop.js'],
  ])('a script at another place is found too, %s', async (_folder, path, way) => {
    const app = createApp();
    await app.build({ path, scope: '/' }, bare);
    expect(await shownBy(app)).toBe(new URL(way, app.chunk()).href);
    expect(app.has(path)).toBe(true);
  });

  test('each built file that asks is told, and no other', async () => {
    const app = createApp();
    app.write('main.js', "import('./lazy.js').then(console.log);");
    app.write('lazy.js', 'export const place = __NUDGELOOP_WORKER__;');
    await app.build({}, { ...bare, build: { ...bare.build, rollupOptions: { output: { chunkFileNames: 'deep/er/[name].js' } } } });
    expect(app.code()).not.toContain('service-worker.js');
    const lazy = pathToFileURL(app.path('deep/er/lazy.js'));
    expect((await import(/* @vite-ignore */ lazy.href)).place).toBe(new URL('../../nudgeloop/service-worker.js', lazy).href);
  });

  test('the lines of the app stay where its source map says', async () => {
    const app = createApp();
    await app.build({}, { ...bare, build: { ...bare.build, sourcemap: true, minify: false } });
    const line = app.code().split('\n').findIndex((text) => text.includes('document.title'));
    const { sources, mappings } = JSON.parse(app.read(`${app.chunk().pathname.split('/dist/')[1] ?? ''}.map`));
    expect(sources).toEqual(['../../main.js']);
    expect(mappings.split(';').findIndex((segments: string) => segments !== '')).toBe(line);
  });

  test.each([
    ['by its element', { src: 'https://app.example/deep/assets/index.js' }, 'https://app.example/deep/nudgeloop/service-worker.js'],
    ['as the page sees it, where nothing tells the script\'s place', null, './nudgeloop/service-worker.js'],
  ])('a bundle that is no module finds it %s', async (_how, currentScript, url) => {
    const app = createApp();
    await app.build({}, { ...bare, build: { ...bare.build, rollupOptions: { output: { format: 'iife' } } } });
    const page = { title: '', currentScript };
    runInNewContext(app.code(), { document: page, URL });
    expect(page.title).toBe(url);
  });

  test('the server of development is at the root', async () => {
    const get = await createApp().develop({}, { base: './' });
    expect(await (await get('/nudgeloop/service-worker.js')).text()).toBe(SCRIPT);
    expect(await (await get('/@vite/env')).text()).not.toContain('__NUDGELOOP_WORKER__');
  });
});

describe('in Nuxt, which publishes only the folder of its built files', () => {
  /** What Nuxt says to Vite, as far as it matters here. */
  const nuxt = (output: object): InlineConfig => ({
    base: './',
    plugins: [{ name: 'nuxt:runtime-paths-dep' }],
    build: { copyPublicDir: false, modulePreload: { polyfill: false }, rollupOptions: { output } },
  });
  const named = nuxt({ entryFileNames: 'assets/_nuxt/[hash].js', chunkFileNames: 'assets/_nuxt/[hash].js' });
  const shownBy = async (app: ReturnType<typeof createApp>) => {
    const page = { title: '' };
    vi.stubGlobal('document', page);
    onTestFinished(() => void vi.unstubAllGlobals());
    await import(/* @vite-ignore */ app.chunk().href);
    return page.title;
  };

  test.each([
    ['the usual one', {}],
    ['one of your own', { path: 'nudgeloop/service-worker.js' }],
    ['one that names that folder already', { path: 'assets/_nuxt/nudgeloop/service-worker.js' }],
  ])('the worker is in that folder, and the page finds it there: %s', async (_path, options) => {
    const app = createApp();
    await app.build(options, named);
    expect(app.read('assets/_nuxt/nudgeloop/service-worker.js')).toBe(WITHOUT_MAP);
    expect(app.has('nudgeloop')).toBe(false);
    expect(await shownBy(app)).toBe(pathToFileURL(app.path('assets/_nuxt/nudgeloop/service-worker.js')).href);
  });

  test('its source map is there too', async () => {
    const app = createApp();
    await app.build({}, { ...named, build: { ...named.build, sourcemap: true } });
    expect(app.read('assets/_nuxt/nudgeloop/service-worker.js.map')).toBe('{}');
  });

  test('names that are made by a function tell no folder, and the build says what to do', async () => {
    const warnings: string[] = [];
    const functions = nuxt({ entryFileNames: () => 'assets/_nuxt/[hash].js' });
    await createApp().build({}, { ...functions, build: { ...functions.build, rollupOptions: { ...functions.build?.rollupOptions, onwarn: ({ message }) => void warnings.push(message) } } });
    expect(warnings).toEqual([expect.stringMatching(/entryFileNames.*path/)]);
  });

  test('plugins of its family in an app that is not Nuxt change nothing', async () => {
    const app = createApp();
    await app.build({}, { ...named, plugins: [{ name: 'nuxt:ui' }] });
    expect(app.has('nudgeloop/service-worker.js')).toBe(true);
  });
});

test('the preview of a build serves what was built, with the headers of the script', async () => {
  const app = createApp();
  await app.build({ scope: '/' }, { base: '/app/' });
  const get = await app.preview({ scope: '/' }, { base: '/app/' });
  const answer = await get('/app/nudgeloop/service-worker.js');
  expect(headersOf(answer)).toMatchObject({ status: 200, type: expect.stringContaining('text/javascript'), allowed: '/' });
  expect(answer.headers.get('cache-control')).toMatch(/no-store|no-cache/);
  expect(await answer.text()).toBe(WITHOUT_MAP);
});

describe('an option that leads nowhere is refused at once', () => {
  test.each(['', '/', '../sw.js', 'a//b.js', './sw.js', 'nudgeloop/', 'sw.ts', 7])('path: %j', (path) => {
    expect(() => nudgeloop({ path: path as string })).toThrow(/the option path is invalid/);
  });

  test('path: beside the pages, whose other workers it would take turns with, unless that scope is asked for', () => {
    expect(() => nudgeloop({ path: 'loop.js' })).toThrow(/a folder of its own, such as "nudgeloop\/loop\.js"/);
    expect(nudgeloop({ path: 'loop.js', scope: '/' })).toMatchObject({ name: 'nudgeloop' });
  });

  test.each(['nudgeloop/my worker.js', 'ü/loop.js', 'a%20b/loop.js', 'a?b/loop.js', 'a#b/loop.js', 'a\\b/loop.js'])('path: one that a browser would ask for by another name: %j', (path) => {
    expect(() => nudgeloop({ path })).toThrow(/the option path is invalid.*a URL does not escape/);
  });

  test.each([true, '//', 'https://'])('scope: %j', (scope) => {
    expect(() => nudgeloop({ scope: scope as string })).toThrow(/the option scope is invalid/);
  });
});
