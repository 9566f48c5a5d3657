import { join } from 'node:path';
import type { NudgeloopClient } from 'nudgeloop';
import { goalStoreOf, storeOf, type LoopStore } from 'nudgeloop/store';
import { compile } from 'svelte/compiler';
import { render } from 'svelte/server';
import { compileScript, parse } from 'vue/compiler-sfc';
import { createSSRApp, effectScope, reactive, type Component } from 'vue';
import { renderToString } from 'vue/server-renderer';
import type { Component as SvelteComponent } from 'svelte';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createClient } from '../../../src/page/client.ts';
import { root } from '../../../docs/site/repository.ts';
import { destroy, isOutsideAngular } from '../../guides/angular-core.ts';
import { guideFiles, writeGuide, type GuideFile } from '../../guides/guide-files.ts';
import { createFakeBrowser, settle } from '../page/fake-browser.ts';

/** Writes a guide's files; its own client is replaced by one that has a nudge. */
async function setUp(guide: string, files: readonly GuideFile[]): Promise<string> {
  const folder = await writeGuide(guide, files);
  const page = createFakeBrowser().openPage();
  const client = createClient({ serviceWorker: page.registration, goalState: { steps: 10_000 } }, page.realm);
  const given = { loop: client, status: storeOf(client), goal: goalStoreOf(client) };
  given.status.subscribe(() => undefined);
  await client.record({ steps: 4_200 });
  await settle();
  vi.doMock(join(folder, 'loop.ts'), () => given);
  return folder;
}

afterEach(() => vi.unstubAllGlobals());

/** What Svelte's compiler makes of the guide's component for a server. */
function compiledSvelte(): GuideFile {
  const { code } = guideFiles('guides/svelte').find(({ name }) => name === 'Walk.svelte')!;
  const { js, warnings } = compile(code, { generate: 'server', filename: 'Walk.svelte' });
  expect(warnings).toEqual([]);
  return { name: 'walk.js', code: js.code };
}

/** The markup of several requests to one server, on which the client found out long ago that there is no page. */
async function requests(folder: string, render: () => string | Promise<string>): Promise<string[]> {
  const { loop } = (await import(/* @vite-ignore */ join(folder, 'loop.ts'))) as { loop: NudgeloopClient };
  const first = textOf(await render());
  await expect(loop.ready).rejects.toMatchObject({ code: 'worker.unavailable', details: { reason: 'no-page' } });
  await expect(loop.record({ steps: 1 })).rejects.toMatchObject({ code: 'worker.unavailable' });
  return [first, textOf(await render()), textOf(await render())];
}

/** What Vue's compiler makes of a component, its template included. */
function compiledVue({ name, code }: GuideFile): GuideFile {
  if (!name.endsWith('.vue')) return { name, code };
  const { descriptor, errors } = parse(code);
  expect(errors).toEqual([]);
  return { name: `${name}.ts`, code: compileScript(descriptor, { id: name, inlineTemplate: true }).content };
}

const textOf = (markup: string): string => markup.replaceAll(/<[^>]*>/g, '').replaceAll(/\s+/g, ' ');
const CONNECTING = /^ ?Goal: … 12,000 ?I walked ?$/;
const SHOWN = /Goal: 10000 12,000 ?I walked ?Next time, try 5000 steps. Done/;

describe('the guide for Svelte', () => {
  test('has a component that shows goal and nudges', async () => {
    const folder = await setUp('guides/svelte', [...guideFiles('guides/svelte'), compiledSvelte()]);
    const { default: Walk } = (await import(/* @vite-ignore */ join(folder, 'walk.js'))) as { default: SvelteComponent };
    expect(textOf(render(Walk).body)).toMatch(SHOWN);
  });

  test('has a component that a server renders as one that connects, at each request', async () => {
    const folder = await writeGuide('guides/svelte-on-a-server', [...guideFiles('guides/svelte'), compiledSvelte()]);
    const { default: Walk } = (await import(/* @vite-ignore */ join(folder, 'walk.js'))) as { default: SvelteComponent };
    for (const markup of await requests(folder, () => render(Walk).body)) expect(markup).toMatch(CONNECTING);
  });
});

describe('the guide for Vue', () => {
  const load = async <Module>(name: string): Promise<Module> => {
    const folder = await setUp('guides/vue', guideFiles('guides/vue').map(compiledVue));
    return (await import(/* @vite-ignore */ join(folder, name))) as Module;
  };

  test('has a component that shows goal and nudges', async () => {
    const { default: Walk } = await load<{ default: Component }>('Walk.vue.ts');
    expect(textOf(await renderToString(createSSRApp(Walk)))).toMatch(SHOWN);
  });

  test('has a component that a server renders as one that connects, at each request, and that leaves nothing there', async () => {
    const folder = await writeGuide('guides/vue-on-a-server', guideFiles('guides/vue').map(compiledVue));
    const { default: Walk } = (await import(/* @vite-ignore */ join(folder, 'Walk.vue.ts'))) as { default: Component };
    const { loop } = (await import(/* @vite-ignore */ join(folder, 'loop.ts'))) as { loop: NudgeloopClient };
    const subscribed = [vi.spyOn(storeOf(loop), 'subscribe'), vi.spyOn(goalStoreOf(loop), 'subscribe')];
    for (const markup of await requests(folder, () => renderToString(createSSRApp(Walk)))) expect(markup).toMatch(CONNECTING);
    for (const subscribe of subscribed) expect(subscribe).not.toHaveBeenCalled();
  });

  test('has a composable that follows a loop until its component goes', async () => {
    vi.stubGlobal('document', {});
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

describe('the guide for Angular', () => {
  test('has a signal that follows a store until its component goes, from outside the zone, so that the app becomes stable', async () => {
    const core = join(root, 'test/guides/angular-core.ts').replaceAll('\\', '/');
    const files = guideFiles('guides/angular').filter(({ name }) => name === 'signal-of.ts');
    const folder = await writeGuide('guides/angular', files.map(({ name, code }) => ({ name, code: code.replace("'@angular/core'", `'${core}'`) })));
    const { signalOf } = (await import(/* @vite-ignore */ join(folder, 'signal-of.ts'))) as { signalOf: <Value>(store: LoopStore<Value>) => () => Value };
    const page = createFakeBrowser().openPage();
    const client = createClient({ serviceWorker: page.registration, goalState: { steps: 10_000 } }, page.realm);
    const store = storeOf(client);
    const listenedOutside: boolean[] = [];
    const state = signalOf({ ...store, subscribe: (run) => (listenedOutside.push(isOutsideAngular()), store.subscribe(run)) });
    expect(state().phase).toBe('connecting');
    await client.record({ steps: 4_200 });
    await settle();
    expect(state()).toMatchObject({ phase: 'ready', unacknowledged: [{ seq: 0, suggestions: [{ steps: 5_000 }] }] });
    expect(listenedOutside).toEqual([true]);
    destroy();
    client.dispose();
    expect(state().phase).toBe('ready');
  });
});
