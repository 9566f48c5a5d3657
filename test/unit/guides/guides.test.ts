import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { goalStoreOf, storeOf, type LoopStore } from 'nudgeloop/store';
import { compile } from 'svelte/compiler';
import { render } from 'svelte/server';
import { compileScript, parse } from 'vue/compiler-sfc';
import { createSSRApp, effectScope, reactive, type Component } from 'vue';
import { renderToString } from 'vue/server-renderer';
import type { Component as SvelteComponent } from 'svelte';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { createClient } from '../../../src/page/client.ts';
import { GUIDE_CODE, guideFiles, guideNames, writeGuide, type GuideFile } from '../../guides/guide-files.ts';
import { createFakeBrowser, settle } from '../page/fake-browser.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** What a file of a guide becomes before the compiler of TypeScript sees it. */
function compiled({ name, code }: GuideFile): GuideFile {
  if (name.endsWith('.vue')) {
    const { descriptor, errors } = parse(code);
    expect(errors).toEqual([]);
    return { name: `${name}.ts`, code: compileScript(descriptor, { id: name, inlineTemplate: true }).content };
  }
  if (name.endsWith('.html')) {
    return { name: `${name}.js`, code: /<script type="module">([\s\S]*?)<\/script>/.exec(code)?.[1] ?? '' };
  }
  return { name, code };
}

const folders = new Map<string, string>();
beforeAll(async () => {
  for (const guide of await guideNames()) folders.set(guide, await writeGuide(guide, (await guideFiles(guide)).map(compiled)));
});

test('there is a guide for React, Svelte, Vue and plain scripts', async () => {
  expect(await guideNames()).toEqual(expect.arrayContaining(['plain-script', 'react', 'svelte', 'vue']));
  expect((await guideFiles('react')).map(({ name }) => name)).toEqual(['app.tsx', 'walk.tsx', 'sleep.tsx', 'use-toasts.ts']);
});

test('the code of the guides compiles', { timeout: 60_000 }, async () => {
  await writeFile(
    join(GUIDE_CODE, 'tsconfig.json'),
    JSON.stringify({
      extends: '../../tsconfig.base.json',
      compilerOptions: {
        lib: ['ES2022', 'DOM', 'DOM.Iterable'], jsx: 'react-jsx', allowJs: true, composite: false, emitDeclarationOnly: false, noEmit: true, noUnusedLocals: false, noUnusedParameters: false, rootDir: '../..',
      },
      include: ['./*/*.ts', './*/*.tsx', './*/*.js', '../../src/page/workbox-window.d.ts'],
    }),
  );
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { stdout } = await promisify(execFile)(process.execPath, [tsc, '-p', GUIDE_CODE]).catch((error: { stdout: string }) => error);
  expect(stdout).toBe('');
});

/** A client with one nudge, in the place of the guide's own. */
async function withClient(guide: string): Promise<void> {
  const page = createFakeBrowser().openPage();
  const client = createClient({ serviceWorker: page.registration, goalState: { steps: 10_000 } }, page.realm);
  const given = { loop: client, status: storeOf(client), goal: goalStoreOf(client) };
  given.status.subscribe(() => undefined);
  await client.record({ steps: 4_200 });
  await settle();
  vi.doMock(join(folders.get(guide) ?? '', 'loop.ts'), () => given);
}

const textOf = (markup: string): string => markup.replaceAll(/<[^>]*>/g, '').replaceAll(/\s+/g, ' ');
const SHOWN = /Goal: 10000 12,000 ?I walked ?Next time, try 5000 steps. Done/;

describe('the guide for Svelte', () => {
  test('has a component that shows goal and nudges', async () => {
    await withClient('svelte');
    const folder = folders.get('svelte') ?? '';
    const { code } = (await guideFiles('svelte')).find(({ name }) => name === 'Walk.svelte')!;
    const { js, warnings } = compile(code, { generate: 'server', filename: 'Walk.svelte' });
    expect(warnings).toEqual([]);
    await writeFile(join(folder, 'walk.js'), js.code);
    const { default: Walk } = (await import(/* @vite-ignore */ join(folder, 'walk.js'))) as { default: SvelteComponent };
    expect(textOf(render(Walk).body)).toMatch(SHOWN);
  });
});

describe('the guide for Vue', () => {
  const load = async <Module>(name: string): Promise<Module> => (await import(/* @vite-ignore */ join(folders.get('vue') ?? '', name))) as Module;

  test('has a component that shows goal and nudges', async () => {
    await withClient('vue');
    const { default: Walk } = await load<{ default: Component }>('Walk.vue.ts');
    expect(textOf(await renderToString(createSSRApp(Walk)))).toMatch(SHOWN);
  });

  test('has a composable that follows a loop until its component goes', async () => {
    const { useStore } = await load<{ useStore: <Value>(store: LoopStore<Value>) => { readonly value: Value } }>('use-store.ts');
    const page = createFakeBrowser().openPage();
    const client = createClient({ serviceWorker: page.registration, goalState: { steps: 10 } }, page.realm);
    const scope = effectScope();
    const state = scope.run(() => useStore(storeOf(client)))!;
    expect(state.value.phase).toBe('connecting');
    await client.record({ steps: 1 });
    await settle();
    expect(state.value).toMatchObject({ phase: 'ready', unacknowledged: [{ seq: 0 }] });
    scope.stop();
    client.dispose();
    expect(state.value.phase).toBe('ready');
  });

  test('tells the truth: reactive objects may be recorded as they are', async () => {
    const page = createFakeBrowser().openPage();
    const client = createClient({ serviceWorker: page.registration }, page.realm);
    await client.setGoalState(reactive({ steps: 10 }));
    await client.record(reactive({ steps: 1, place: { name: 'park' } }));
    expect((await client.history())[0]?.action).toMatchObject({ steps: 1, place: { name: 'park' } });
  });
});
