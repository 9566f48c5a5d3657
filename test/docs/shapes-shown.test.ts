import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../docs/site/repository.ts';

const APP = `
import { createNudgeloop, type LoopClient } from 'nudgeloop';
interface Place { lat: number; lon: number }
interface Walking { action: { steps: number; place?: Place }; goal: { steps: number } }
interface Sleeping { action: { hours: number }; goal: { hours: number } }
export const loop = createNudgeloop<Walking>();
export const action = (await loop.history())[0]!.action;
export const suggestion = (await loop.nudges())[0]!.suggestions[0]!;
void loop.record({ stepz: 1 });
void loop.setGoalState({ stepz: 1 });
void suggestion.stepz;
export const other: LoopClient<Sleeping> = loop;
`;

/** Compiles an app: what the compiler says of it, and what it takes each export for, which is what an editor shows. */
function compileApp(): { readonly said: readonly string[]; readonly shown: string } {
  const home = join(root, '.cache', 'docs', 'shapes');
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'app.ts'), APP);
  const compilerOptions = { composite: false, incremental: false, lib: ['ES2022', 'DOM', 'DOM.Iterable'], declaration: true, rootDir: root, outDir: join(home, 'out') };
  const files = ['app.ts', join(root, 'src/page/worker/workbox-window.d.ts')];
  writeFileSync(join(home, 'tsconfig.json'), JSON.stringify({ extends: join(root, 'tsconfig.base.json'), compilerOptions, files }));
  const { stdout } = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '--pretty', 'false', '-p', home], { encoding: 'utf8' });
  const shown = readFileSync(join(home, 'out/.cache/docs/shapes/app.d.ts'), 'utf8');
  return { said: stdout.trim().split(/\n(?! )/), shown: shown.replaceAll(/\s+/g, ' ') };
}

test('an editor shows fields in place of helper types, and the compiler says of a typo what was meant', { timeout: 60_000 }, () => {
  const { said, shown } = compileApp();
  expect(shown).toContain('loop: import("nudgeloop").NudgeloopClient<Walking>;');
  expect(shown).toContain('action: { readonly timestamp?: string | number; steps: number; place?: { lat: number; lon: number; }; };');
  expect(shown).toMatch(/suggestion: \{ .*goalFeedback\?: \{ analysis: \{ steps\?: import\("nudgeloop"\)\.MetricAnalysis; \}; \}; steps: number; place\?: \{ lat: number; lon: number; \}; \};/);
  expect(shown).not.toMatch(/\b(IfAny|Flat|Kept|Timed|Metrics|Moved|Suggested|Feedback)</);
  expect(said).toEqual([
    expect.stringMatching(/\(9,20\): .*'stepz' does not exist in type 'readonly \{[^<>]*steps: number;/),
    expect.stringMatching(/\(10,26\): .*Did you mean to write 'steps'\?/),
    expect.stringMatching(/\(11,17\): .*Did you mean 'steps'\?/),
    expect.stringMatching(/\(12,14\): .*'NudgeloopClient<Walking>' is not assignable to type 'LoopClient<Sleeping>'/),
  ]);
});
