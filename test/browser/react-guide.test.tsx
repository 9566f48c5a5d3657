import { NudgeloopProvider } from 'nudgeloop/react';
import { createTestLoop, type TestLoop } from 'nudgeloop/testing';
import type { ComponentType } from 'react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import guide from '../../docs/guides/react.md?raw';
import { place, render, text, unmount } from './react-harness.tsx';

const FIXTURE = '../../fixtures/vite-react/src';
// Of another project, which the compiler of the tests does not know.
const modules = import.meta.glob<{ readonly Walk: ComponentType }>('../../fixtures/vite-react/src/walk.tsx');
const sources = import.meta.glob<string>(['../../fixtures/vite-react/src/walk.tsx', '../../fixtures/vite-react/src/use-first-goal.ts'], {
  query: '?raw',
  import: 'default',
});

let loop: TestLoop;

/** Shows the guide's component over the page that is open now. */
async function show(): Promise<void> {
  const { Walk } = await modules[`${FIXTURE}/walk.tsx`]!();
  unmount();
  render(
    <NudgeloopProvider client={loop.client}>
      <Walk />
    </NudgeloopProvider>,
  );
}

const click = (name: string): void => [...place.querySelectorAll('button')].find(({ textContent }) => textContent === name)!.click();

/** React renders, and a goal is shown, a moment later in truth. */
const shown = (words: string) => expect.poll(async () => (await loop.settle(), text())).toContain(words);

beforeEach(async () => {
  loop = createTestLoop();
  await show();
});

afterEach(() => {
  unmount();
  loop.dispose();
});

test.each(['walk.tsx', 'use-first-goal.ts'])('the %s that is tested here is the one of the guide', async (name) => {
  const code = await sources[`${FIXTURE}/${name}`]!();
  expect(guide).toContain(`// ${name}\n${code.replaceAll(/ from '(\.\/[^']+)\.tsx?'/g, " from '$1'")}`);
});

describe("the guide's app has a goal to begin with", () => {
  const shows = (goal: string) => shown(`Goal: ${goal} `);

  beforeEach(() => shows('10000'));

  test('and leaves one alone that the user chose', async () => {
    click('12,000');
    await shows('12000');
    loop.reload();
    await show();
    await shows('12000');
  });

  test.each([
    ['this loop was erased', () => loop.client.erase()],
    ['all was erased', () => loop.client.erase({ all: true })],
    ['another tab erased this loop', () => loop.openTab().client.erase()],
    ['another tab erased all', () => loop.openTab().client.erase({ all: true })],
  ])('again when %s', async (_what, erase) => {
    click('12,000');
    await shows('12000');
    await erase();
    await shows('10000');
    click('I walked');
    await shown('Next time, try 5000 steps.');
  });

  test('again when the browser lost the database, which this visit had put no goal into', async () => {
    loop.reload();
    await show();
    await shows('10000');
    await loop.storage.loseDatabase();
    click('I walked');
    await shows('10000');
  });
});

test("the guide's app says why a call was refused, until one succeeds", async () => {
  const notice = () => place.querySelector('[role=alert]')?.textContent;
  await shown('Goal: 10000 ');
  loop.storage.failWrites('storage.quota');
  click('I walked');
  await expect.poll(notice).toMatch(/\w+/);
  loop.storage.heal();
  click('I walked');
  await expect.poll(notice).toBeUndefined();
});
