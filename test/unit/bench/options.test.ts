import { expect, test } from 'vitest';
import { parseBenchOptions } from '../../../bench/kit/options.ts';

test('without options everything is measured on every backend', () => {
  expect(parseBenchOptions([])).toEqual({ quick: false, json: false, only: undefined, backends: ['leveldb', 'sqlite', 'firefox'], isAll: true });
});

test('a quick run takes one backend, unless another is named', () => {
  expect(parseBenchOptions(['--quick', '--json'])).toMatchObject({ quick: true, json: true, backends: ['leveldb'], isAll: false });
  expect(parseBenchOptions(['--quick', '--backend', 'sqlite'])).toMatchObject({ backends: ['sqlite'] });
  expect(parseBenchOptions(['--quick', '--backend=all'])).toMatchObject({ isAll: true });
});

test('figures are named with commas', () => {
  expect(parseBenchOptions(['--only', 'sizes,cold-worker']).only).toEqual(new Set(['sizes', 'cold-worker']));
});

test('what is not understood is refused, and what there is is told', () => {
  expect(() => parseBenchOptions(['--slow'])).toThrow('There is no option --slow. There are --quick');
  expect(() => parseBenchOptions(['--backend', 'webkit'])).toThrow('--backend takes leveldb, sqlite, firefox or all.');
});
