import { expect, onTestFinished, test, vi } from 'vitest';
import { workerLocation } from '../../../src/page/worker/worker-location.ts';

const BASE = 'https://app.example/nudgeloop/';

test.each(['a/b', '..', '.', 'a\\b', '%2F', '~', '~2F', 'a?b#c', 'ü 😀'])('the database %s gets a scope that a browser takes', (database) => {
  const { url, scope = '' } = workerLocation({}, database);
  const resolved = new URL(scope, BASE).href;
  expect(resolved.slice(BASE.length)).toMatch(/^db-[^/%]+\/$/);
  expect(new URL(String(url), BASE).searchParams.get('database')).toBe(database);
});

test('no two databases share a scope', () => {
  const names = ['a/b', 'a~2Fb', 'a%2Fb', 'a~b', 'a%7Eb', 'a b'];
  expect(new Set(names.map((name) => workerLocation({}, name).scope)).size).toBe(names.length);
});

test('the usual database has the usual script, and a script of the app\'s own is left as it is', () => {
  expect(workerLocation({}, 'nudgeloop')).toEqual({ url: '/nudgeloop/service-worker.js' });
  expect(workerLocation({ url: '/mine.js' }, 'other')).toEqual({ url: '/mine.js' });
  expect(workerLocation({ scope: '/nudgeloop/mine/' }, 'other')).toMatchObject({ scope: '/nudgeloop/mine/' });
});

test('a scope of undefined is one that was left out: no database takes the place of another', () => {
  expect(workerLocation({ scope: undefined }, 'other')).toEqual(workerLocation({}, 'other'));
});

test('with the whole URL that a build below a relative base brings, script and scopes are beside each other', async () => {
  vi.stubGlobal('__NUDGELOOP_WORKER__', 'https://app.example/deep/nudgeloop/service-worker.js');
  vi.resetModules();
  onTestFinished(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });
  const built = await import('../../../src/page/worker/worker-location.ts');
  expect(built.workerLocation({}, 'nudgeloop')).toEqual({ url: 'https://app.example/deep/nudgeloop/service-worker.js' });
  expect(built.workerLocation({}, 'mine')).toEqual({
    url: 'https://app.example/deep/nudgeloop/service-worker.js?database=mine',
    scope: 'https://app.example/deep/nudgeloop/db-mine/',
  });
});
