import { expect, test } from 'vitest';
import { codeBlocksIn, exampleBlocksIn, type CodeBlock } from '../../docs/site/code-blocks.ts';
import { filesUnder, readText } from '../../docs/site/repository.ts';
import { placeOf } from './kit/examples.ts';

const blocksOf = (path: string): CodeBlock[] => (path.endsWith('.md') ? codeBlocksIn : exampleBlocksIn)(readText(path), path);
const recipes = [...filesUnder('docs/recipes', '.md'), 'docs/migration-from-python.md'].flatMap(blocksOf);
const makers = recipes.filter(({ code }) => code.includes('createNudgeloop('));

test('what somebody pastes beside a loop that is at work makes no second client, whose default options would replace its settings', () => {
  const pasted = [...recipes, ...blocksOf('src/page/client-types.ts').filter(({ code }) => code.includes('deadLetters'))];
  expect(pasted.filter(({ code }) => code.includes('createNudgeloop()')).map(placeOf)).toEqual([]);
});

test('where a recipe makes a client, with options, it is the one that the page exports', () => {
  expect(makers.length).toBeGreaterThan(3);
  expect(makers.filter(({ code }) => !/^export (?:const|let) (?:loop|client)\b/m.test(code)).map(placeOf)).toEqual([]);
});
