import { expect, test } from 'vitest';
import { readMoment, ticksOf } from '../../../bench/kit/conditions.ts';

test('the ticks of all processors are summed up, the stolen ones beside', () => {
  expect(ticksOf('cpu  10 1 5 100 2 0 1 4 0 0\ncpu0 5 0 2 50 1 0 0 2 0 0\n')).toEqual({ all: 123, stolen: 4 });
});

test('where the system tells no ticks there are none', () => {
  expect(ticksOf('')).toBeNull();
});

test('a look at the machine brings numbers that can be compared', async () => {
  const { load, calibration } = await readMoment();
  expect(load).toHaveLength(3);
  for (const measured of Object.values(calibration)) expect(measured).toBeGreaterThan(0);
});
