import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ARM, HOOK, withKillPoints } from '../../faults/kit/kill-points.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const names = [HOOK, ARM, '/killed'];

function filesUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => /\.(ts|mts|js|mjs)$/.test(path));
}

test('the sources know nothing of kill points; of the release bundles the package checks say the same', () => {
  const files = ['src', 'sw'].flatMap(filesUnder);
  const found = files.filter((path) => names.some((name) => readFileSync(join(root, path), 'utf8').includes(name)));
  expect(files.length).toBeGreaterThan(50);
  expect(found).toEqual([]);
});

test('a rewritten script has two points around each await, and does what it did', async () => {
  const code = 'globalThis.sum = (async (a) => (await a) + await (async () => await Promise.resolve(2))() + (await (0, a)))(20);';
  const rewritten = withKillPoints(code);
  expect(rewritten.split(`${HOOK}(await ${HOOK}(`).length - 1).toBe(4);
  const realm = { sum: undefined as Promise<number> | undefined };
  const body = rewritten.replace('globalThis.sum', 'realm.sum');
  // oxlint-disable-next-line typescript/no-implied-eval -- the script is made here
  new Function('self', 'realm', body)({ addEventListener: () => undefined }, realm);
  expect(await realm.sum).toBe(42);
});
