import { createNudgeloop } from 'nudgeloop';
import { expect, test } from 'vitest';
import readme from '../../README.md?raw';

/** The first example of the README, as a reader copies it. */
function quickStart(): string {
  const [, block = ''] = /^```js\n\/\/ loop\.js\n([\s\S]*?)^```/m.exec(readme.slice(readme.indexOf('## Five minutes'))) ?? [];
  // No bundler is at work on a text; so it gets the address that one would have put in.
  return block.replace("from 'nudgeloop'", `from '${new URL('/src/index.ts', location.href).href}'`);
}

test("the README's first example shows what the README says it shows", async () => {
  const before = createNudgeloop();
  await before.erase({ all: true });
  before.dispose();

  const script = document.createElement('script');
  script.type = 'module';
  script.textContent = quickStart();
  document.body.append(script);
  await expect.poll(() => document.body.innerText).toContain('Next time, try 5000 steps.');

  // The page said that a second action is answered so. It may come from anywhere: the example listens.
  const other = createNudgeloop();
  await other.record({ steps: 5_000 });
  await expect.poll(() => document.body.innerText).toContain('Next time, try 7100 steps.');
  await expect.poll(() => other.nudges()).toEqual([]);
  other.dispose();
});
