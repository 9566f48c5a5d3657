import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const examples = readdirSync(at('./example')).map((name) => readFileSync(at(`./example/${name}`), 'utf8'));
const guide = readFileSync(at('../../../docs/guides/testing.md'), 'utf8');

test('all code of the guide is code of the example, which is compiled and run', () => {
  const blocks = [...guide.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);
  expect(blocks.length).toBeGreaterThanOrEqual(8);
  expect(blocks.filter((code) => !examples.some((example) => example.includes(code)))).toEqual([]);
});
