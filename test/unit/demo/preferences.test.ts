import { beforeEach, expect, test, vi } from 'vitest';
import type * as preferences from '../../../demo/preferences.ts';

let kept: Map<string, string>;
let page: typeof preferences;

beforeEach(async () => {
  vi.resetModules();
  page = await import('../../../demo/preferences.ts');
  kept = new Map();
  vi.stubGlobal('localStorage', { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, text: string) => void kept.set(key, text) });
});

test('days that were played belong to one life of the database', () => {
  expect(page.rememberEpoch('first')).toBe(false);
  page.rememberPosition('1', 12);
  expect(page.rememberEpoch('first')).toBe(false);
  expect(page.readPreferences().positions).toEqual({ 1: 12 });
  expect(page.rememberEpoch('second')).toBe(true);
  expect(page.readPreferences().positions).toEqual({});
});

test('after everything was erased the next life is no surprise', () => {
  page.rememberEpoch('first');
  page.rememberPosition('1', 12);
  page.forgetPositions();
  page.rememberPosition('2', 3);
  expect(page.rememberEpoch('second')).toBe(false);
  expect(page.readPreferences().positions).toEqual({ 2: 3 });
});

test('what the browser refuses to keep is known as long as the page lives', () => {
  vi.stubGlobal('localStorage', {
    getItem: () => null,
    setItem: () => {
      throw new DOMException('full', 'QuotaExceededError');
    },
  });
  page.rememberPosition('1', 5);
  page.remember({ speed: 'all' });
  expect(page.readPreferences()).toMatchObject({ positions: { 1: 5 }, speed: 'all' });
});

test('stored nonsense means the defaults', () => {
  kept.set('nudgeloop-demo', JSON.stringify({ person: 4, speed: -1, strategy: 'reckless', retentionLimit: 'all', positions: { 1: -2, 2: 'x', 3: 4 } }));
  expect(page.readPreferences()).toMatchObject({ speed: 5, strategy: 'simple', retentionLimit: null, positions: { 3: 4 } });
  expect(page.readPreferences().person).toMatch(/^\d+$/);
});

test('a strategy that was chosen is chosen again after a reload, the broken one too', () => {
  page.remember({ strategy: 'broken' });
  expect(page.readPreferences().strategy).toBe('broken');
});
