import { expect, test } from 'vitest';
import { parseGoalState } from '../../../src/model/goal.ts';

test('a target that is undefined is left out of a goal, as JSON leaves it out: targets that an app may lack can be spread into it', () => {
  expect(parseGoalState({ steps: 10_000, minutes: undefined })).toEqual({ steps: 10_000 });
  expect(Object.keys(parseGoalState({ steps: undefined }))).toEqual([]);
});
