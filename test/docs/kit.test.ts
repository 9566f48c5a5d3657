import { expect, test } from 'vitest';
import { codeBlocksIn, exampleBlocksIn } from '../../docs/site/code-blocks.ts';
import { sectionsOf } from '../../docs/site/readme.ts';
import { compile } from './kit/compile.ts';
import { examplesOf } from './kit/examples.ts';
import { isExcerpt } from './kit/excerpts.ts';
import { promisedOutput } from './kit/run.ts';
import { shellProblems } from './kit/shell.ts';

const fence = (info: string, ...lines: readonly string[]): string => ['```' + info, ...lines, '```', ''].join('\n');

test('a block is found at its line, in a list too', () => {
  const text = `# A\n\n1. First:\n\n   ${fence('ts fragment', '  a();').replaceAll('\n', '\n   ')}`;
  expect(codeBlocksIn(text, 'a.md')).toEqual([{ source: 'a.md', line: 6, language: 'ts', marks: ['fragment'], code: '  a();\n' }]);
});

test('an example of a comment is found at its line', () => {
  const text = ['const a = 1;', '/**', ' * Says.', ' *', ' * @example', ' * ```ts', ' * b();', ' * ```', ' */'].join('\n');
  expect(exampleBlocksIn(text, 'a.ts')).toEqual([{ source: 'a.ts', line: 7, language: 'ts', marks: [], code: 'b();\n' }]);
});

test('the realm of an example is told by what it imports, or by a mark', () => {
  const realms = [
    fence('ts', "import { createNudgeloop } from 'nudgeloop';"),
    fence('ts', "import { startWorker } from 'nudgeloop/worker';"),
    fence('js', "import { systemClock } from 'nudgeloop/core';"),
    fence('ts', "import { test } from 'vitest';", "import { systemClock } from 'nudgeloop/core';"),
    fence('ts worker', 'self.name;'),
  ];
  expect(examplesOf(codeBlocksIn(realms.join('\n'), 'a.md')).map(({ realm }) => realm)).toEqual(['page', 'worker', 'core', 'node', 'worker']);
});

test('a block that continues another is compiled with it, and still known by its own lines', () => {
  const text = `${fence('ts core', 'const a = 1;')}\n${fence('ts core continues', 'console.log(a);')}`;
  const [, second] = examplesOf(codeBlocksIn(text, 'a.md'));
  expect(second?.code).toBe('const a = 1;\nconsole.log(a);\n');
  expect(second?.origins.slice(0, 2)).toEqual([2, 6]);
});

test('scripts inside markup are examples too', () => {
  const text = fence('vue', '<script setup lang="ts">', 'const a: number = 1;', '</script>', '<template>{{ a }}</template>');
  expect(examplesOf(codeBlocksIn(text, 'a.md')).map(({ code, file }) => [code.trim(), file.split('.').at(-1)])).toEqual([['const a: number = 1;', 'ts']]);
});

test('a block may name its file, and others of its page import it', { timeout: 60_000 }, () => {
  const text = [
    fence('ts', '// loop.ts', "import { createNudgeloop } from 'nudgeloop';", 'export const loop = createNudgeloop();'),
    fence('vue', '<!-- Walk.vue -->', '<script setup lang="ts">', "import { loop } from './loop';", 'const steps: number = loop.name;', '</script>'),
  ];
  const examples = examplesOf(codeBlocksIn(text.join('\n'), 'a.md'));
  expect(examples.map(({ file }) => file)).toEqual(['a_md/loop.ts', 'a_md/Walk.vue.ts']);
  expect(compile(examples, 'named-examples')).toEqual(["a.md:11 error TS2322: Type 'string' is not assignable to type 'number'."]);
});

test('what is part of a test already is an excerpt, however it is indented', () => {
  const code = "test('what an example prints is said in its comments', () => {\n    expect(promisedOutput(";
  expect(isExcerpt({ source: 'a.md', line: 1, language: 'ts', marks: [], code })).toBe(true);
  expect(isExcerpt({ source: 'a.md', line: 1, language: 'ts', marks: [], code: code.replace('said', 'hidden') })).toBe(false);
});

test('what is part of a PWA among the sample apps is an excerpt, which may begin with the name of its file', () => {
  const code = '// sw.ts\nprecacheAndRoute(self.__WB_MANIFEST);\ncleanupOutdatedCaches();\n// In development nothing is precached, and this would throw.\n';
  expect(isExcerpt({ source: 'a.md', line: 1, language: 'ts', marks: [], code })).toBe(true);
  expect(isExcerpt({ source: 'a.md', line: 1, language: 'ts', marks: [], code: code.replace('throw', 'pass') })).toBe(false);
});

test('what an example prints is said in its comments', () => {
  expect(promisedOutput('console.log(1); // prints 1\nawait a(); // prints [ 2 ]\n// prints nothing else')).toEqual(['1', '[ 2 ]', 'nothing else']);
});

test('what is wrong in an example is said where its reader sees it', { timeout: 60_000 }, () => {
  const text = [
    fence('ts', "import { createNudgeloop } from 'nudgeloop';", 'createNudgeloop({ goalstate: { steps: 1 } });'),
    fence('js', "import { startWorker } from 'nudgeloop/worker';", 'startWorker({ loops: 1 });'),
    fence('ts core', 'console.log(document.title);'),
    fence('ts', "import { isSupported } from 'nudgeloop';", 'document.title = String(isSupported());'),
  ];
  const found = compile(examplesOf(codeBlocksIn(text.join('\n'), 'a.md')), 'wrong-examples');
  expect(found.filter((line) => line.startsWith('a.md')).map((line) => line.slice(0, 20))).toEqual([
    'a.md:3 error TS2561:',
    'a.md:8 error TS2322:',
    'a.md:12 error TS2584',
  ]);
});

test('a command that names nothing there is is found', () => {
  const text = fence('sh', 'npm ci && npm run nowhere', 'cp node_modules/nudgeloop/dist/service-worker.js public/', 'cp node_modules/nudgeloop/missing.js public/');
  expect(codeBlocksIn(text, 'a.md').flatMap(shellProblems)).toEqual(['a.md:2 there is no script nowhere', 'a.md:4 node_modules/nudgeloop/missing.js is not in the package']);
});

test('a heading inside code cuts nothing', () => {
  expect(sectionsOf(`# A\n\n${fence('sh', '## b')}\n## C\n\nd\n`).map(({ heading }) => heading)).toEqual(['', 'C']);
});

test('a README is cut the same where Git has ended its lines with CR LF', () => {
  const text = '# A\n\n## B\n\nb\n\n## C\n';
  expect(sectionsOf(text.replaceAll('\n', '\r\n'))).toEqual(sectionsOf(text));
});
