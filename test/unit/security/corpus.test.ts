import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { parseActions, readAction } from '../../../src/model/parse-actions.ts';
import { parseGoalState } from '../../../src/model/goal.ts';
import { isNudgeloopError } from '../../../src/errors.ts';
import { cloneable, corpus, entrancesOf, ofAnotherRealm, parseable, type HostileValue } from '../../hostile/corpus.ts';

const all = [...corpus, ...ofAnotherRealm((code) => runInNewContext(code) as unknown)];
const named = (values: readonly HostileValue[]) => values.map((each) => [each.name, each] as const);

function fateOf(check: (input: unknown) => unknown, input: unknown): string {
  try {
    check(input);
    return 'accepted';
  } catch (error) {
    return isNudgeloopError(error) ? 'refused' : `untyped: ${String(error)}`;
  }
}

describe('plain data or a typed error', () => {
  test.each(named(all))('%s, as the app passes it', (_name, { make, direct }) => {
    expect(fateOf(readAction, { steps: 1, extra: make() })).toBe(direct);
    expect(fateOf(parseGoalState, { steps: 1, extra: [make()] })).toBe(make() === undefined ? 'refused' : direct);
  });

  test.each(named(all.filter((each) => cloneable.includes(each) || !corpus.includes(each))))('%s, as a message brings it', (_name, { make, cloned }) => {
    expect(fateOf(readAction, structuredClone({ steps: 1, extra: make() }))).toBe(cloned);
  });

  test.each(named(parseable))('%s, as a file brings it', (_name, { make, parsed }) => {
    const text = JSON.stringify({ steps: 1, extra: make() });
    expect(fateOf(readAction, JSON.parse(text))).toBe(parsed);
  });

  test.each(named(all))('%s, in place of a whole action or goal', (_name, { make }) => {
    for (const check of [readAction, parseActions, parseGoalState]) expect(fateOf(check, make())).not.toContain('untyped');
  });

  test.each(named(all))('%s, as a timestamp', (_name, { make }) => {
    expect(fateOf(readAction, { steps: 1, timestamp: make() })).not.toContain('untyped');
  });
});

test('the corpus says by which entrances each value can come, and tells no tales', () => {
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  for (const hostile of all) {
    let isCloneable = true;
    try {
      structuredClone(hostile.make());
    } catch {
      isCloneable = false;
    }
    expect(entrancesOf(hostile).includes('message'), hostile.name).toBe(isCloneable);
  }
});
