import type { LoopInspection, NudgeloopClient } from 'nudgeloop';
import { beforeEach, expect, test } from 'vitest';
import { STRATEGIES } from '../../../demo/loop/loop-choice.ts';
import { createActionForm } from '../../../demo/views/action-form.ts';
import { createGoalForm } from '../../../demo/views/goal-form.ts';
import { createSettingsForm } from '../../../demo/views/settings-form.ts';
import { openDemoPage, place, press, settled, textOf, type } from './demo-page.ts';
import { viewOf } from './loop-view.ts';

beforeEach(openDemoPage);

/** The form for an action, and what it had recorded. */
function setUpAction(): readonly unknown[] {
  const recorded: unknown[] = [];
  const record = async (given: unknown): Promise<unknown> => {
    recorded.push(given);
    return { id: 'r1', count: 1, durable: true };
  };
  createActionForm(() => ({ record }) as unknown as NudgeloopClient);
  return recorded;
}

async function recordTyped(json: string, steps: string): Promise<void> {
  type('action-json', json);
  type('action-steps', steps);
  press('record');
  await settled();
}

test('fields beside a list as JSON are refused rather than left out', async () => {
  const recorded = setUpAction();
  await recordTyped('[{ "steps": 1 }, { "steps": 2 }]', '4200');
  expect(recorded).toEqual([]);
  expect(textOf('action-problem')).toContain('the fields above it would be left out');
  await recordTyped('[{ "steps": 1 }, { "steps": 2 }]', '');
  expect(recorded).toEqual([[{ steps: 1 }, { steps: 2 }]]);
  expect(place('action-problem').hidden).toBe(true);
});

test('an empty form records nothing, and an action without values if asked for', async () => {
  const recorded = setUpAction();
  await recordTyped('', '');
  expect(recorded).toEqual([]);
  expect(textOf('action-problem')).toContain('Nothing is filled in.');
  await recordTyped('{}', '');
  expect(recorded).toEqual([{}]);
});

test('a metric that is given as a field and as JSON is refused by its name', async () => {
  const recorded = setUpAction();
  await recordTyped('{ "steps": 1 }', '4200');
  expect(recorded).toEqual([]);
  expect(textOf('action-problem')).toBe('Given both as a field and in the JSON: Steps. Remove one of them.');
  await recordTyped('{ "note": "walked home" }', '4200');
  expect(recorded).toEqual([{ steps: 4_200, note: 'walked home' }]);
});

test('until another person’s loop is read, the goal of the one before can’t be set', async () => {
  const goals: unknown[] = [];
  const client = {
    setGoalState: async (goal: unknown) => (goals.push(goal), { changed: true }),
    inspect: async () => viewOf({ loop: 'person-2' }).inspection,
  };
  const form = createGoalForm(() => client as unknown as NudgeloopClient);
  const steps = (): string => (place('goal-steps') as HTMLInputElement).value;
  form.show(viewOf({ goalState: { steps: 1 } }));
  expect(steps()).toBe('1');

  form.clear();
  press('set-goal');
  await settled();
  expect(steps()).toBe('');
  expect(goals).toEqual([]);

  form.show(viewOf({ loop: 'person-2', goalState: { steps: 2 } }));
  press('set-goal');
  await settled();
  expect(goals).toEqual([{ steps: 2 }]);

  // The same loop again: nothing new, yet the fields are to be filled.
  form.clear();
  form.show(viewOf({ loop: 'person-2', goalState: { steps: 2 } }));
  expect(steps()).toBe('2');
});

/** Whether the field is marked as the culprit, and by which problem it is described. */
const blamed = (field: string): readonly (string | null)[] => ['aria-invalid', 'aria-describedby'].map((name) => place(field).getAttribute(name));

test('goals without a field, as of an import, are told, and setting another goal keeps them', async () => {
  let goalState: unknown = { steps: 10_000, mastery: 0.9, mood: 'calm' };
  const client = {
    setGoalState: async (goal: unknown) => ((goalState = goal), { changed: true }),
    inspect: async () => viewOf({ goalState } as Partial<LoopInspection>).inspection,
  };
  const form = createGoalForm(() => client as unknown as NudgeloopClient);
  form.show({ inspection: await client.inspect() });
  expect(textOf('goal-others')).toBe('The goal also has: mastery, mood. There are no fields for these. “Set goal” keeps them.');
  // Each by itself, whatever the direction of its text.
  expect([...place('goal-others').querySelectorAll('bdi')].map(({ textContent }) => textContent)).toEqual(['mastery', 'mood']);
  type('goal-steps', '12000');
  press('set-goal');
  await settled();
  expect(goalState).toEqual({ steps: 12_000, mastery: 0.9, mood: 'calm' });

  form.show(viewOf({ goalState: { steps: 10_000 } }));
  expect(textOf('goal-others')).toBe('');
});

test('a field that is refused is marked, described by the problem, and has the focus until it is put right', async () => {
  setUpAction();
  await recordTyped('', '12,000');
  expect(blamed('action-steps')).toEqual(['true', 'action-problem']);
  expect(document.activeElement).toBe(place('action-steps'));
  expect(place('action-problem').id).toBe('action-problem');
  await recordTyped('{ "note": ', '4200');
  expect(blamed('action-steps')).toEqual([null, null]);
  expect(blamed('action-json')).toEqual(['true', 'action-problem']);
  expect(document.activeElement).toBe(place('action-json'));
  await recordTyped('{}', '4200');
  expect(blamed('action-json')).toEqual([null, null]);

  createSettingsForm(async () => undefined);
  type('retention-days', 'a week');
  press('apply-settings');
  await settled();
  expect(textOf('settings-problem')).toContain('Keep for: “a week” is not a number.');
  expect(blamed('retention-days')).toEqual(['true', 'settings-problem']);
});

test('what was refused is forgotten when a goal or settings of elsewhere take its place', async () => {
  const goal = createGoalForm(() => ({}) as NudgeloopClient);
  const settings = createSettingsForm(async () => undefined);
  goal.show(viewOf({ goalState: { steps: 1 } }));
  settings.show(viewOf());
  type('goal-steps', '12,000');
  press('set-goal');
  type('retention-limit', 'few');
  press('apply-settings');
  await settled();
  const problems = (): readonly unknown[] => ['goal-problem', 'settings-problem'].map((testId) => place(testId).hidden);
  expect(problems()).toEqual([false, false]);
  goal.show(viewOf({ goalState: { steps: 1 } }));
  settings.show(viewOf());
  expect(problems()).toEqual([false, false]);

  goal.show(viewOf({ goalState: { steps: 2 } }));
  settings.show(viewOf({ settings: { retentionLimit: 5 } }));
  expect(problems()).toEqual([true, true]);
  expect([blamed('goal-steps'), blamed('retention-limit')]).toEqual([[null, null], [null, null]]);
});

test('the form shows the strategy that the loop has, also the one that fails', () => {
  const strategy = place('strategy') as HTMLSelectElement;
  const settings = createSettingsForm(async () => undefined);
  settings.show(viewOf({ settings: { strategy: { type: 'broken' } } }));
  expect(strategy.selectedOptions[0]?.textContent).toBe('Broken: fails at every call');
  // What the form offers is what the demo knows, and the other way round.
  expect([...strategy.options].map(({ value }) => value)).toEqual([...STRATEGIES]);
});
