import { describe, expect, test } from 'vitest';
import { filesUnder, readText } from '../../docs/site/repository.ts';

const source = readText('src/log/log.ts');
const codes = [...(/type LogCode =([^;]+);/.exec(source)?.[1] ?? '').matchAll(/'([^']+)'/g)].map(([, code = '']) => code);
/** The level of each code, as the comment of the type says it. */
const explained = new Map([...source.matchAll(/^ \* \| `([^`]+)` \| ([^|]+) \| [^|]+ \|$/gm)].map(([, code = '', level = '']) => [code, level]));
/** The codes that are logged as a warning or an error somewhere, as `log.warn('…')` or by a level that is computed. */
const logged = ['src', 'sw']
  .flatMap((folder) => filesUnder(folder, '.ts').map(readText))
  .flatMap((text) => [...text.matchAll(/(?:\.(warn|error)|'(warn|error)'\])\('([a-z]+\.[a-z-]+)'/g)])
  .map(([, level, computed, code = '']) => ({ level: level ?? computed ?? '', code }));
const table = readText('docs/recipes/handling-errors.md').split('## What is no error')[1] ?? '';
const rows = table.split('\n').flatMap((line) => (line.startsWith('| `') ? (line.split(' | ')[0] ?? '') : []));

describe('each code of the log', () => {
  test('is explained where its type is', () => {
    expect(codes.length).toBeGreaterThan(20);
    expect([...explained.keys()].sort()).toEqual([...codes].sort());
  });

  test('that is logged as warning or error is explained with that level, and in the recipe about errors', () => {
    expect(new Set(logged.map(({ code }) => code)).size).toBeGreaterThan(12);
    expect(logged.filter(({ level, code }) => explained.get(code)?.includes(level) !== true)).toEqual([]);
    expect(logged.filter(({ code }) => !rows.some((row) => row.includes(`\`${code}\``))).map(({ code }) => code)).toEqual([]);
  });
});
