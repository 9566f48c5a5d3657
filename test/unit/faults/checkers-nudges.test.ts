import { expect, test } from 'vitest';
import { at, done, good, kindsOf, nudge, ok, record, told, type Note } from './made-history.ts';

test('C2 finds a goal that was judged twice', () => {
  const goal = (id: string): Note => told('nudge', { id, loop: 'default', cause: 'goal', ns: [1] });
  const connect = done('connect', { goalState: { steps: 10 } });
  const set = done('setGoalState', { steps: 20 });
  expect(kindsOf('C2', [...good, ...connect, ...set, goal('g1'), goal('g2')])).toEqual([]);
  expect(kindsOf('C2', [...good, ...connect, goal('g1'), goal('g2')])).toEqual(['doubled']);
  expect(kindsOf('C2', [...good, ...done('connect'), ...set, goal('g1'), goal('g2')])).toEqual(['doubled']);
  expect(kindsOf('C2', [...good, ...set, ...done('setGoalState', { steps: 30 }, { type: 'fail', code: 'storage.quota' }), goal('g1'), goal('g2')])).toEqual(['doubled']);
  expect(kindsOf('C2', [...good, ...set, ...done('setGoalState', { steps: 30, loop: 'other' }), goal('g1'), goal('g2')])).toEqual(['doubled']);
  const inOutbox = { loop: 'default', seq: 5, id: 'g2', cause: 'goal', ns: [1] };
  expect(kindsOf('C2', [...good, ...set, goal('g1')], { nudges: [inOutbox], loops: { default: { actions: 2, nudges: 3, attempts: [] } } })).toEqual(['doubled']);
});

test('C2 lets a goal be judged again where it was set again', () => {
  const goal = (id: string): Note => told('nudge', { id, loop: 'default', cause: 'goal', ns: [1] });
  const twice = [...good, ...done('setGoalState', { steps: 20 }), goal('g1'), goal('g2')];
  expect(kindsOf('C2', twice)).toEqual(['doubled']);
  expect(kindsOf('C2', [...twice, told('epoch.reset')])).toEqual([]);
  expect(kindsOf('C2', [...twice, { type: 'seen', op: 'database destroyed' }])).toEqual([]);
  expect(kindsOf('C2', [...twice, ...done('erase')])).toEqual([]);
  expect(kindsOf('C2', [...twice, { type: 'invoke', op: 'loop', call: -1, value: { loop: 'default', goalState: { steps: 10 } } }])).toEqual([]);
  // A greeting that fails is repeated with the next call.
  const failed = done('connect', { goalState: { steps: 10 } }, { type: 'fail', code: 'call.timeout' });
  expect(kindsOf('C2', [...failed, ...good, goal('g1'), goal('g2')])).toEqual([]);
});

test('C1 finds an action without a nudge, whatever strategy there is that has advice', () => {
  const withGoal = (opened: Note[], ...rest: Note[]): string[] => kindsOf('C1', [...opened, ...record(1, ok(1)), nudge('x1', 1), ...record(2, ok(2)), ...rest]);
  const goalState = { steps: 10 };
  expect(withGoal(done('connect', { goalState, strategy: { type: 'worst' } }))).toEqual(['lost']);
  expect(withGoal(done('connect', { goalState, strategy: { type: 'silent' } }))).toEqual([]);
});

test('C1 finds an action without a nudge in a loop that was opened over a connection', () => {
  const opened: Note = { type: 'invoke', op: 'loop', call: -1, value: { loop: 'other', goalState: { steps: 10 } } };
  const inOther = (n: number, actor = 'tab-1'): Note[] => done('record', { loop: 'other' }, ok(n), { ids: [n], actor });
  const found = (notes: readonly Note[]): string[] => kindsOf('C1', [...done('connect'), ...notes], { history: [1, 2].map((n) => ({ ...at(n), loop: 'other' })), nudges: [] });
  const heard = nudge('x1', 1);
  expect(found([opened, ...inOther(1), heard, ...inOther(2)])).toEqual(['lost']);
  expect(found([opened, ...inOther(1), heard, ...inOther(2), nudge('x2', 2)])).toEqual([]);
  expect(found([opened, ...inOther(1), heard, ...inOther(2, 'tab-2')])).toEqual(['lost']);
  // Whoever used the loop before has it without that goal.
  expect(found([...inOther(1), opened, ...inOther(2)])).toEqual([]);
});

test('C1 asks for no nudge of what another tab recorded before the goal was there', () => {
  const [connect, connected] = done('connect', { goalState: { steps: 10 } }) as [Note, Note];
  const early = record(2, ok(2), [2], 'tab-2');
  const found = (...notes: Note[]): string[] => kindsOf('C1', [...notes, ...record(1, ok(1)), nudge('x1', 1)]);
  expect(found(connect, ...early, connected)).toEqual([]);
  expect(found(connect, connected, ...early)).toEqual(['lost']);
  // What the page itself records meanwhile waits for its connection.
  expect(found(connect, ...record(2, ok(2)), connected)).toEqual(['lost']);
});
