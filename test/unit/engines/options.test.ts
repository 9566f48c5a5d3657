import { expect, test } from 'vitest';
import { parseEnginesOptions } from '../../engines/kit/options.ts';

test('without options every scenario runs in every engine', () => {
  expect(parseEnginesOptions([])).toEqual({ engines: ['chromium', 'firefox', 'webkit'], only: undefined, write: false, json: false });
});

test('engines are named with commas, and scenarios by words of their titles', () => {
  expect(parseEnginesOptions(['--engine', 'webkit,chromium', '--only', 'Two tabs'])).toMatchObject({ engines: ['chromium', 'webkit'], only: 'two tabs' });
  expect(parseEnginesOptions(['--engine=firefox', '--only=retention'])).toMatchObject({ engines: ['firefox'], only: 'retention' });
});

test('what is not understood is refused, and what there is is told', () => {
  expect(() => parseEnginesOptions(['--quick'])).toThrow('There is no option --quick. There are --engine, --only');
  expect(() => parseEnginesOptions(['--engine', 'safari'])).toThrow('There is no engine safari: chromium, firefox, webkit.');
});

test('the page about all scenarios is not written from some of them', () => {
  expect(() => parseEnginesOptions(['--only', 'retention', '--write'])).toThrow('--write needs every scenario');
});
