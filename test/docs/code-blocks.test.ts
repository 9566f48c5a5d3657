import { describe, expect, test } from 'vitest';
import { MARKS } from '../../docs/site/code-blocks.ts';
import { compile } from './kit/compile.ts';
import { allBlocks, examplesOf, isCompiled, placeOf } from './kit/examples.ts';
import { isExcerpt } from './kit/excerpts.ts';
import { isRunnable, promisedOutput, runExample } from './kit/run.ts';
import { shellProblems } from './kit/shell.ts';

const blocks = allBlocks();
const examples = examplesOf(blocks);
const fragments = blocks.filter(({ marks }) => marks.includes('fragment'));
const shell = blocks.filter(({ language }) => language === 'sh');
const data = blocks.filter(({ language, marks }) => language === 'json' && !marks.includes('fragment'));
/** Shown, and nothing to compile: output and drawings, styles, headers. */
const SHOWN = ['text', 'css', 'http'];
const shown = blocks.filter(({ language, marks }) => SHOWN.includes(language) && !marks.includes('fragment'));
const excerpts = blocks.filter((block) => isExcerpt(block));
const runnable = examples.filter(isRunnable);

test(`each of ${blocks.length} code blocks says what it is`, () => {
  const isKnown = (block: (typeof blocks)[number]): boolean => [...fragments, ...excerpts, ...shell, ...data, ...shown].includes(block) || isCompiled(block);
  expect(blocks.length).toBeGreaterThan(40);
  expect(blocks.filter((block) => !isKnown(block)).map(placeOf)).toEqual([]);
  expect(blocks.filter(({ marks }) => marks.some((mark) => !(mark in MARKS))).map(placeOf)).toEqual([]);
});

test(`${fragments.length} are fragments, ${excerpts.length} parts of our own tests: most of what is shown is held to work`, () => {
  expect(fragments.length).toBeLessThan(blocks.length / 5);
});

test(`${examples.length} examples compile as an app would compile them`, { timeout: 120_000 }, () => {
  expect(compile(examples)).toEqual([]);
});

test(`${data.length} blocks of JSON can be read`, () => {
  // Of a file that the reader has, only the member to add is shown.
  const wholeOf = (code: string): string => (code.trimStart().startsWith('"') ? `{${code}}` : code);
  for (const { code } of data) expect(() => JSON.parse(wholeOf(code)) as unknown).not.toThrow();
});

test(`${shell.length} blocks of shell commands name scripts, files and programs that there are`, () => {
  expect(shell.flatMap(shellProblems)).toEqual([]);
});

describe('examples that need no browser print what they say', () => {
  test.each(runnable.map((example) => ({ place: placeOf(example.block), example })))('$place', async ({ example }) => {
    const printed = await runExample(example);
    const promised = promisedOutput(example.code);
    if (promised.length > 0) expect(printed).toEqual(promised);
  });
});
