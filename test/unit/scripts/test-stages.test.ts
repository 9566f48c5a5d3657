import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { testStages } from '../../../scripts/lib/test-stages.mjs';

const namesOf = (isCi: boolean): string[] => testStages({ reports: 'reports', engines: ['chromium'], missing: [], isCi }).map(({ name }) => name);

test('CI runs all that a developer does, and a part of the fault kit and of the users\' apps', async () => {
  expect(namesOf(true)).toEqual([...namesOf(false), 'faults', 'fixtures']);
  expect(await readFile(new URL('../../../.ci/run', import.meta.url), 'utf8')).toContain('scripts/test.mjs --ci');
});
