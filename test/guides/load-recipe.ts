import { join } from 'node:path';
import type { LoopClient } from 'nudgeloop';
import { vi } from 'vitest';
import { guideFiles, writeGuide } from './guide-files.ts';

/** Loads the block of a recipe that has a word in it, over the client of a test. */
export async function loadRecipe<Module>(recipe: string, word: string, loop?: LoopClient): Promise<Module> {
  const page = `recipes/${recipe}`;
  const { code } = guideFiles(page).find((block) => block.code.includes(word))!;
  const folder = await writeGuide(page, [{ name: `${word}.ts`, code }, { name: 'loop.ts', code: '' }]);
  vi.doMock(join(folder, 'loop.ts'), () => ({ loop }));
  return (await import(/* @vite-ignore */ join(folder, `${word}.ts`))) as Module;
}
