import { expect, test } from 'vitest';
import type { LogEvent } from 'nudgeloop';
import { createLogStore } from '../../../demo/loop/log-store.ts';

const event = (at: number, code: LogEvent['code'] = 'nudge.created'): LogEvent => ({ at, level: 'info', code });

test('what was heard and is remembered by the worker too is one line, what is only remembered is another', () => {
  const log = createLogStore();
  log.add(event(1));
  log.merge([event(1), event(2)]);
  log.merge([event(1), event(2)]);
  expect(log.lines().map((line) => line.event.at)).toEqual([2, 1]);
});

test('two events that look alike are two lines with keys of their own', () => {
  const log = createLogStore();
  log.merge([event(1), event(1)]);
  expect(new Set(log.lines().map(({ key }) => key)).size).toBe(2);
});

test('the newest 200 are kept, and none comes twice after a thousand', () => {
  const log = createLogStore();
  for (let at = 1; at <= 1_000; at += 1) log.add(event(at));
  log.merge([event(1_000), event(999), event(801)]);
  expect(log.lines()).toHaveLength(200);
  expect(log.lines().map((line) => line.event.at)).toEqual(Array.from({ length: 200 }, (_, index) => 1_000 - index));
});
