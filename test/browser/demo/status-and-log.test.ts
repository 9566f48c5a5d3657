import type { ClientState, LogEvent } from 'nudgeloop';
import { beforeEach, expect, test } from 'vitest';
import { createLogStore } from '../../../demo/loop/log-store.ts';
import { showBanner } from '../../../demo/views/banner-view.ts';
import { showLog } from '../../../demo/views/log-view.ts';
import { showStatus, showUpdate } from '../../../demo/views/status-view.ts';
import { openDemoPage, place, textOf } from './demo-page.ts';
import { viewOf } from './loop-view.ts';

beforeEach(openDemoPage);

const banners = (): readonly HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[data-testid=banner]')];
const textsOf = (items: Iterable<Element>): readonly (string | null | undefined)[] => [...items].map((item) => item.textContent);

test('a banner stays until its source says something else or it is dismissed', () => {
  let runs = 0;
  showBanner('data', 'one');
  showBanner('shell', 'two', { label: 'Reload', run: () => (runs += 1) });
  showBanner('data', 'three');
  expect(banners().map((banner) => banner.querySelector('span')?.textContent)).toEqual(['two', 'three']);
  const [act, dismiss] = banners()[0]?.querySelectorAll('button') ?? [];
  expect(textsOf(banners()[1]?.querySelectorAll('button') ?? [])).toEqual(['Dismiss']);
  act?.click();
  expect([runs, banners().length]).toEqual([1, 2]);
  dismiss?.click();
  expect([runs, banners().length]).toEqual([1, 1]);
});

test('by keyboard, a banner that goes leaves the focus in the next one, and after the last one at the page’s title', () => {
  showBanner('data', 'one');
  showBanner('shell', 'two');
  banners()[0]?.querySelector('button')?.focus();
  showBanner('data', 'three');
  expect(document.activeElement).toBe(banners()[0]?.querySelector('button'));
  (document.activeElement as HTMLElement).click();
  expect(document.activeElement).toBe(banners()[0]?.querySelector('button'));
  (document.activeElement as HTMLElement).click();
  expect(banners()).toEqual([]);
  expect(document.activeElement).toBe(place('title'));
});

test('a newer worker that takes over by itself is told as that, one that is too far apart with what to do', () => {
  showUpdate('waiting');
  expect(textOf('banner')).toContain('It takes over by itself');
  showUpdate('needed');
  expect(banners()).toHaveLength(1);
  expect(textOf('banner')).toContain('Close all tabs');
});

test('the status says where the loop runs and whether what it takes will last', () => {
  const show = (changes: Partial<ClientState>): readonly unknown[] => {
    showStatus({ ...viewOf().inspection.client, ...changes });
    const [host, durable] = [place('status-host'), place('status-durable')];
    return [host.textContent, host.dataset['state'], durable.hidden ? null : durable.textContent, durable.hidden ? null : durable.dataset['state']];
  };
  expect(show({ phase: 'connecting', host: null, durable: null })).toEqual(['Loop: connecting …', '', null, null]);
  expect(show({})).toEqual(['Loop: in the service worker', 'good', 'Storage: durable', 'good']);
  expect(show({ host: 'page', fallbackReason: 'insecure', durable: false })).toEqual(['Loop: in this page (insecure)', 'away', 'Storage: memory only', 'bad']);
  const error = { code: 'host.unavailable', message: 'why not' } as unknown as NonNullable<ClientState['error']>;
  expect(show({ phase: 'failed', error }).slice(0, 2)).toEqual(['Loop: can’t be opened', 'bad']);
  expect(place('status-host').title).toBe('why not');
});

test('the log’s lines are newest first, each with its level, its code and its fields', () => {
  const log = createLogStore();
  const events: readonly LogEvent[] = [
    { at: 1_000, level: 'info', code: 'nudge.created', fields: { loop: 'person-1', seq: 3 } },
    { at: 2_000, level: 'warn', code: 'call.failed' },
  ];
  log.merge(events);
  showLog(log);
  const lines = [...place('log').children] as HTMLElement[];
  expect(lines.map(({ dataset }) => [dataset['level'], dataset['code']])).toEqual([['warn', 'call.failed'], ['info', 'nudge.created']]);
  expect(textsOf(lines[1]?.children ?? []).slice(1)).toEqual(['info', 'nudge.created', 'loop=person-1 seq=3']);
  expect(lines[1]?.querySelector('time')?.dateTime).toBe('1970-01-01T00:00:01.000Z');
});
