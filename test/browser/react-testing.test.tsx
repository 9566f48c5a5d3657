import { NudgeloopProvider, useGoal, useNudgeloop, useNudges } from 'nudgeloop/react';
import { createTestLoop, type TestLoop } from 'nudgeloop/testing';
import { act, type ReactNode } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { render as renderInPlace, unmount } from './react-harness.tsx';

// As Testing Library has them.
const render = (children: ReactNode): void => act(() => renderInPlace(children));
const cleanup = (): void => act(unmount);

function Walk() {
  const { state } = useNudgeloop();
  const [goal] = useGoal();
  const { nudges } = useNudges();
  return (
    <p>
      {state.phase} Goal: {Number(goal?.['steps'])}. {nudges.map(({ suggestions: [next] }) => `Try ${Number(next?.['steps'])}.`)}
    </p>
  );
}

/** What React has against the test. */
let problems: unknown[];
beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  problems = [];
  vi.spyOn(console, 'error').mockImplementation((problem) => void problems.push(problem));
});

let loop: TestLoop;

beforeEach(() => {
  loop = createTestLoop({ goalState: { steps: 10_000 } });
  render(
    <NudgeloopProvider client={loop.client}>
      <Walk />
    </NudgeloopProvider>,
  );
});

afterEach(async () => {
  cleanup();
  await loop.settle();
  loop.dispose();
});

test('the app shows advice for what it recorded', async () => {
  await act(() => loop.settle());
  expect(document.body.textContent).toContain('Goal: 10000.');
  await act(async () => {
    await loop.client.record({ steps: 4_200 });
    await loop.settle();
  });
  expect(document.body.textContent).toContain('Try 5000.');
  await act(() => loop.advance(60_000));
  expect(document.body.textContent).toContain('Try 5000.');
  cleanup();
  loop.dispose();
  expect(problems).toEqual([]);
});

test('React complains of a loop that is disposed while a component shows it, as the guide says', async () => {
  await act(() => loop.settle());
  loop.dispose();
  expect(problems).toContainEqual(expect.stringContaining('not wrapped in act'));
});
