import { describe, expect, test } from 'vitest';
import { codeBlocksIn, exampleBlocksIn, type CodeBlock } from '../../docs/site/code-blocks.ts';
import { filesUnder, readText } from '../../docs/site/repository.ts';
import { placeOf } from './kit/examples.ts';

const blocksOf = (path: string): CodeBlock[] => (path.endsWith('.md') ? codeBlocksIn : exampleBlocksIn)(readText(path), path);
const blocks = ['README.md', 'docs/migration-from-python.md', ...filesUnder('docs/guides', '.md'), ...filesUnder('docs/recipes', '.md')].flatMap(blocksOf);
const makers = blocks.filter(({ code }) => code.includes('createNudgeloop('));
/** The guide of an app without modules of its own, which has nothing to export from. */
const isOneScript = ({ source }: CodeBlock): boolean => source === 'docs/guides/plain-script.md';

describe('what somebody pastes beside a loop that is at work makes no second client, whose default options would replace its settings:', () => {
  test('a client that a page of the documentation makes is taken by somebody', () => {
    expect(makers.length).toBeGreaterThan(10);
    expect(makers.filter(({ code }) => /^\s*createNudgeloop\(/m.test(code)).map(placeOf)).toEqual([]);
  });

  test('it is the one that the page exports, in README too, where a reader has it from', () => {
    expect(makers.some(({ source }) => source === 'README.md')).toBe(true);
    expect(makers.filter((block) => !isOneScript(block) && !/^export (?:const|let) (?:loop|client)\b/m.test(block.code)).map(placeOf)).toEqual([]);
  });

  test('a recipe, and an example of a method, makes none without options', () => {
    const letters = blocksOf('src/model/dead-letters.ts').filter(({ code }) => code.includes('deadLetters'));
    expect(letters).not.toEqual([]);
    const pasted = [...blocks.filter(({ source }) => !source.startsWith('docs/guides/')), ...letters];
    expect(pasted.filter(({ code }) => code.includes('createNudgeloop()')).map(placeOf)).toEqual([]);
  });
});
