import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { testStages } from '../../../scripts/lib/test-stages.mjs';

const stagesOf = (isCi: boolean) => testStages({ reports: 'reports', engines: ['chromium'], missing: [], isCi });
const namesOf = (isCi: boolean): string[] => stagesOf(isCi).map(({ name }) => name);

test('CI runs all that a developer does, and a part of the fault kit and of the users\' apps', async () => {
  expect(namesOf(true)).toEqual([...namesOf(false), 'faults', 'fixtures']);
  expect(await readFile(new URL('../../../.ci/run', import.meta.url), 'utf8')).toContain('scripts/test.mjs --ci');
});

test('CI refuses a forgotten `only` and a missing snapshot, which a developer may have', () => {
  const runners = (isCi: boolean) => stagesOf(isCi).filter(({ command }) => /^(?:vitest|playwright) /.test(command));
  expect(runners(true).map(({ env }) => env?.['CI'])).toEqual(['1', '1', '1', '1']);
  expect(runners(false).map(({ env }) => env?.['CI'])).toEqual([undefined, undefined, undefined, undefined]);
});
