import { pathToFileURL } from 'node:url';
import { runInNewContext } from 'node:vm';
import { nudgeloop } from 'nudgeloop/vite';
import type { InlineConfig } from 'vite';
import { describe, expect, test } from 'vitest';
import { createApp, OWN, SCRIPT, WITHOUT_MAP } from './create-app.ts';

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

  test('it has the headers that the app gives its server, such as a policy, and keeps its own', async () => {
    const headers = { 'Content-Security-Policy': "connect-src 'none'", 'Set-Cookie': ['a=1', 'b=2'], 'X-Unset': undefined, 'cache-control': 'max-age=60' };
    const get = await createApp().develop({}, { server: { port: 0, host: '127.0.0.1', watch: null, ws: false, headers } });
    const answer = await get('/nudgeloop/service-worker.js');
    expect(headersOf(answer)).toEqual(RIGHT);
    expect(answer.headers.get('content-security-policy')).toBe("connect-src 'none'");
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
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

  test.each(['./', ''])('a page of any address finds the worker: %j leads from the built file to the script', async (base) => {
    const app = createApp();
    await app.build({}, { ...bare, base });
    expect(await app.shown()).toBe(new URL('../nudgeloop/service-worker.js', app.chunk()).href);
    expect(app.has('nudgeloop/service-worker.js')).toBe(true);
  });

  test.each([
    ['in the folder of the built files', 'assets/loop.js', './loop.js'],
    ['in a deeper one', 'workers/deep/loop.js', '../workers/deep/loop.js'],
    ['in none', 'loop.js', '../loop.js'],
  ])('a script at another place is found too, %s', async (_folder, path, way) => {
    const app = createApp();
    await app.build({ path, scope: '/' }, bare);
    expect(await app.shown()).toBe(new URL(way, app.chunk()).href);
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

  test('one that is misspelt', () => {
    const options = { pth: 'workers/loop.js' };
    expect(() => nudgeloop(options as object)).toThrow(/the option pth does not exist; choose from path, scope/);
  });
});
