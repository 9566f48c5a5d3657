import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkers, judge } from '../../faults/kit/checkers.ts';
import type { FinalState } from '../../faults/kit/final-state.ts';
import { deadlinesOf, type Json } from '../../faults/kit/history.ts';
import { at, commit, final, good, historyOf, kindsOf, most, nudge, ok, record, run, told, type Note } from './made-history.ts';

const names = checkers.map(({ name }) => name);

test('a good history passes all checkers', () => {
  expect(names).toEqual(['C1', 'C2', 'C3', 'C4', 'C5', 'C6', 'C7', 'C8', 'C9', 'C10']);
  expect(judge(names, historyOf(good), { ...final, told: [{ loop: 'default', limit: 10_000, ns: [1, 2] }] })).toEqual([]);
});

test('the list in the README of the fault kit says what each of them holds', () => {
  const readme = readFileSync(new URL('../../faults/README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| (C\d+) \| `[\w-]+\.ts` \| (.+) \|$/gm)].map(([, name, promise]) => ({ name, promise }));
  expect(rows).toEqual(checkers.map(({ name, promise }) => ({ name, promise })));
});

test('an unanswered call may have happened or not', () => {
  const open = [...good, ...record(3, { type: 'info', code: 'gone' })];
  expect(judge(names, historyOf(open), final)).toEqual([]);
  const happened = { ...final, history: [at(1), at(2), at(3)], loops: { default: { actions: 3, nudges: 3, attempts: [] } } };
  expect(judge(names, historyOf(open), happened)).toEqual([]);
});

test('C1 finds what was acknowledged and is gone, and what stays pending', () => {
  expect(kindsOf('C1', good, { history: [at(1)] })).toEqual(['lost']);
  expect(kindsOf('C1', good, { history: [at(1)], pending: [at(2)] })).toEqual(['broken']);
  expect(kindsOf('C1', good, { history: [at(1)], dead: [{ ...at(2), attempts: 3, code: 'strategy.failed' }] })).toEqual([]);
});

test('C1 excuses what an erasure, a lost database or a volatile receipt explains, and nothing before it', () => {
  const erased = [...good, { type: 'invoke', op: 'erase', call: 9 }, { type: 'ok', op: 'erase', call: 9 }] as const;
  expect(kindsOf('C1', erased, { history: [] })).toEqual([]);
  expect(kindsOf('C1', [...erased, ...record(10, ok(10), [3])], { history: [] })).toEqual(['lost']);
  expect(kindsOf('C1', good, { history: [], epoch: 'e2' })).toEqual(['lost', 'lost']);
  // That the product says so is no excuse: it may have begun the database anew by itself.
  expect(kindsOf('C1', [...good, { type: 'told', op: 'epoch.reset', value: { previous: 'e1', epoch: 'e2' } }], { history: [], epoch: 'e2' })).toEqual(['lost', 'lost']);
  expect(kindsOf('C1', [...good, { type: 'seen', op: 'database destroyed' }], { history: [], epoch: 'e2' })).toEqual([]);
  expect(kindsOf('C1', record(1, { type: 'ok', value: { durable: false } }), { history: [] })).toEqual([]);
});

test('C1 excuses by what takes something out of another loop, or a dead letter away, nothing else', () => {
  const done = (op: string, value: Json, ids: readonly number[] = []): Note[] => [{ type: 'invoke', op, call: 9, value, ids }, { type: 'ok', op, call: 9 }];
  expect(kindsOf('C1', [...good, ...done('erase', { loop: 'other' })], { history: [at(1)] })).toEqual(['lost']);
  expect(kindsOf('C1', [...good, ...done('resetHistory', { loop: 'other' })], { history: [at(1)] })).toEqual(['lost']);
  expect(kindsOf('C1', [...good, ...done('erase', { all: true, loop: 'other' })], { history: [] })).toEqual([]);
  expect(kindsOf('C1', [...good, ...done('deadLetters.discard', null, [2])], { history: [at(1)] })).toEqual([]);
  expect(kindsOf('C1', [...good, ...done('deadLetters.discard', null, [2])], { history: [at(2)] })).toEqual(['lost']);
});

test('C1 finds an action of a loop with a goal that has no nudge', () => {
  const connect = (value: Json): Note[] => [{ type: 'invoke', op: 'connect', call: 7, value }, { type: 'ok', op: 'connect', call: 7 }];
  const goalState = { steps: 10 };
  const withGoal = (value: Json, state: Partial<FinalState> = {}): string[] => kindsOf('C1', [...connect(value), ...record(1, ok(1)), nudge('x1', 1), ...record(2, ok(2))], state);
  expect(withGoal({ goalState })).toEqual(['lost']);
  expect(withGoal({ goalState }, { nudges: [{ ...final.nudges[0]!, ns: [2] }] })).toEqual([]);
  expect(withGoal({})).toEqual([]);
  const read: Note[] = [{ type: 'invoke', op: 'nudges', call: 6 }, { type: 'ok', op: 'nudges', call: 6, value: [{ suggestions: [{ n: 2 }] }] }];
  expect(kindsOf('C1', [...connect({ goalState }), ...record(1, ok(1)), nudge('x1', 1), ...record(2, ok(2)), ...read])).toEqual([]);
  expect(withGoal({ goalState, strategy: { type: 'silent' } })).toEqual([]);
  expect(withGoal({ goalState, outboxLimit: 1 })).toEqual([]);
  expect(kindsOf('C1', [...connect({ goalState }), ...record(1, ok(1)), ...record(2, ok(2)), { type: 'invoke', op: 'setGoalState', call: 8, value: { steps: 20 } }], {})).toEqual([]);
});

test('C1 counts where the history is limited, and the limit was reached', () => {
  const limited = [{ type: 'invoke', op: 'connect', call: 8, value: { retentionLimit: 1 } } as const, ...good];
  expect(kindsOf('C1', limited, { history: [at(2)] })).toEqual([]);
  expect(kindsOf('C1', limited, { history: [at(2)], loops: { default: { actions: 1, nudges: 1, attempts: [] } } })).toEqual(['lost']);
  const farOff = [{ type: 'invoke', op: 'connect', call: 8, value: { retentionLimit: 2 } } as const, ...good];
  expect(kindsOf('C1', farOff, { history: [at(2)] })).toEqual(['lost']);
});

describe('C2 finds what happened twice:', () => {
  test.each<[string, readonly Note[], Partial<FinalState>]>([
    ['an action that is stored twice', good, { history: [at(1), at(2), at(2, 3)] }],
    ['an action that is stored and pending', good, { pending: [at(2)] }],
    ['two nudges for one action', [...good, nudge('x3', 2)], {}],
    ['a nudge that a client was told twice', [...good, nudge('x2', 2)], {}],
    ['two rows of one nudge', good, { nudges: [final.nudges[0]!, final.nudges[0]!] }],
    ['more actions than were given, all pruned', good, { history: [], loops: { default: { actions: 3, nudges: 2, attempts: [] } } }],
    ['more nudges than calls', good, { nudges: [], loops: { default: { actions: 2, nudges: 3, attempts: [] } } }],
  ])('%s', (_what, notes, state) => {
    expect(kindsOf('C2', notes, state)).toEqual(['doubled']);
  });
});

test('C2 takes copies of a message for one giving', () => {
  const copy = (call: number): Note[] => [{ type: 'invoke', call, ids: [1], actor: 'raw', value: { order: 7, loop: 'default' } }, { ids: [1], call, actor: 'raw', ...ok(1) }];
  const twice = [...copy(1), ...copy(2)];
  const once = { history: [at(1)], nudges: [], loops: { default: { actions: 1, nudges: 1, attempts: [] } } };
  expect(kindsOf('C2', twice, once)).toEqual([]);
  expect(kindsOf('C2', twice, { ...once, history: [at(1), at(1, 2)], loops: { default: { actions: 2, nudges: 1, attempts: [] } } })).toEqual(['doubled', 'doubled']);
  expect(kindsOf('C2', [...twice, nudge('x1', 1), nudge('x2', 1)], once)).toEqual(['doubled']);
});

test('C3 finds what nobody gave', () => {
  expect(kindsOf('C3', good, { history: [at(1), at(2), at(7)] })).toEqual(['broken']);
  expect(kindsOf('C3', good, { history: [{ ...at(1), n: undefined }] })).toEqual(['broken']);
});

test('C1 and C3 find a client that is told another history than is stored', () => {
  const told = (...ns: number[]) => ({ told: [{ loop: 'default', limit: 2, ns }] });
  const both = (state: Partial<FinalState>): string[] => [...kindsOf('C1', good, state), ...kindsOf('C3', good, state)];
  expect(both(told(1))).toEqual(['lost']);
  expect(both(told(2, 1))).toEqual(['broken']);
  expect(both(told(1, 2, 2))).toEqual(['broken']);
  expect(both(told(1, 2, 7))).toEqual(['broken']);
  // Asked for two at the most, it says nothing of older ones; and of another loop it says something else.
  expect(kindsOf('C1', [...good, ...record(3, ok(3))], { history: [at(1), at(2), at(3)], ...told(2, 3) })).toEqual([]);
  const other: Note[] = [{ type: 'invoke', call: 3, ids: [2], value: { loop: 'other' } }, { type: 'ok', call: 3 }];
  const inOther = { history: [at(1), at(2), { ...at(2), loop: 'other' }], told: [{ loop: 'other', limit: 2, ns: [2] }] };
  expect([...kindsOf('C1', [...good, ...other], inOther), ...kindsOf('C3', [...good, ...other], inOther)]).toEqual([]);
});

test('C4 finds two verdicts, and a refusal that is stored', () => {
  expect(kindsOf('C4', [...good, ...record(3, { type: 'fail', code: 'queue.full' }, [2])])).toEqual(['broken']);
  expect(kindsOf('C4', record(1, { type: 'fail', code: 'storage.quota' }))).toEqual(['broken']);
  expect(kindsOf('C4', [...record(1, ok(1)), ...record(2, ok(1))])).toEqual(['broken']);
  expect(kindsOf('C4', [...record(1, ok(1)), { type: 'fail', call: 1 }])).toContain('broken');
});

test('C5 finds an order that was turned', () => {
  expect(kindsOf('C5', good, { history: [at(2, 1), at(1, 2)] })).toEqual(['broken']);
  const two = [...record(1, ok(1)), ...record(2, ok(2), [2], 'tab-2')];
  expect(kindsOf('C5', two, { history: [at(2, 1), at(1, 2)] })).toEqual([]);
});

test('C6 finds two hosts at work at once, also one that never came to its end', () => {
  expect(kindsOf('C6', [run('a', 'start', 1), run('b', 'start', 3), run('a', 'end', 5), run('b', 'end', 9)])).toEqual(['broken']);
  expect(kindsOf('C6', [run('a', 'start', 1), run('b', 'start', 3), run('b', 'end', 9)])).toEqual([]);
});

test('C6 excuses who takes the lock from a frozen page, and nobody else', () => {
  const taken = [run('a', 'start', 1), run('b', 'start', 3, true), run('b', 'end', 5), run('a', 'end', 9)];
  expect(kindsOf('C6', taken)).toEqual(['broken']);
  const frozen: Note = { type: 'seen', op: 'frozen', actor: 'harness' };
  expect(kindsOf('C6', [frozen, ...taken])).toEqual([]);
  // The lock is the thief's then, and a third has no business there.
  expect(kindsOf('C6', [frozen, ...taken, run('c', 'start', 4), run('c', 'end', 6)])).toEqual(['broken']);
});

test('C6 finds what was stored by a run that was overtaken, or that took no number', () => {
  const begun = [commit('a', 1, 0, 1, false), commit('b', 2, 1, 2, false)];
  expect(kindsOf('C6', [...begun, commit('a', 1, 2, 2, true)])).toEqual(['broken']);
  expect(kindsOf('C6', [...begun, commit('c', null, 2, 2, true)])).toEqual(['broken']);
  expect(kindsOf('C6', [...begun, commit('b', 2, 2, 2, true)])).toEqual([]);
  // Whatever the browser's requests do, each report stands for itself.
  expect(kindsOf('C6', [commit('b', 2, 2, 2, true), ...[...begun].reverse()])).toEqual([]);
});

test('C6 finds a number that goes back, or is taken by two', () => {
  expect(kindsOf('C6', [commit('a', 3, 3, 2, false)])).toEqual(['broken']);
  expect(kindsOf('C6', [commit('a', 1, 0, 1, false), commit('b', 1, 0, 1, false)])).toEqual(['broken']);
  expect(kindsOf('C6', [commit('a', 1, 0, 1, false), commit('b', 1, 0, 1, false, 'other')])).toEqual([]);
});

test('C7 finds calls without an end, late ones, unhandled rejections, and work that is not done', () => {
  expect(kindsOf('C7', record(1, undefined))).toEqual(['hung']);
  expect(kindsOf('C7', record(1, { type: 'info', code: 'hung' }))).toEqual(['hung']);
  expect(kindsOf('C7', record(1, { ...ok(1), t: 90_000 }))).toEqual(['hung']);
  expect(kindsOf('C7', [...good, told('unhandled', { text: 'oh' })])).toEqual(['broken']);
  expect(kindsOf('C7', [...good, { type: 'seen', op: 'unhandled', actor: 'worker-1', value: { text: 'oh' } }])).toEqual(['broken']);
  expect(kindsOf('C7', good, { drained: null })).toEqual(['hung']);
  expect(kindsOf('C7', record(1, { type: 'fail', code: 'untyped' }))).toEqual(['broken']);
  expect(kindsOf('C7', record(1, { type: 'info', code: 'internal' }))).toEqual(['broken']);
});

test('a call may take its deadline, and one that waits for the connection all deadlines of that too', () => {
  expect(['record', 'connect'].map((op) => deadlinesOf(op, false))).toEqual([1, 5]);
  expect(['record', 'connect'].map((op) => deadlinesOf(op, true))).toEqual([6, 5]);
});

test('C8 finds a success in another life of the database that nobody was told of', () => {
  const later = record(3, { ...ok(3), epoch: 'e2' });
  expect(kindsOf('C8', [...good, ...later])).toEqual(['broken']);
  const destroyed: Note = { type: 'seen', op: 'database destroyed', actor: 'harness' };
  expect(kindsOf('C8', [...good, destroyed, ...later])).toEqual(['broken']);
  expect(kindsOf('C8', [...good, destroyed, told('epoch.reset'), ...later])).toEqual([]);
  // Nobody did anything to it.
  expect(kindsOf('C8', [...good, told('epoch.reset'), ...later])).toEqual(['broken']);
});

test('C9 finds data in logs and errors, words on the console, requests elsewhere, reports of a policy, a changed prototype', () => {
  expect(kindsOf('C9', [...good, told('log', { text: 'a secret' })])).toEqual(['broken']);
  expect(kindsOf('C9', record(1, { type: 'fail', value: { message: 'secret' } }))).toEqual(['broken']);
  expect(kindsOf('C9', [...good, { type: 'seen', op: 'csp', value: {} }])).toEqual(['broken']);
  expect(kindsOf('C9', [...good, { type: 'seen', op: 'foreign', value: {} }])).toEqual(['broken']);
  expect(kindsOf('C9', good, { polluted: ['the page'] })).toEqual(['broken']);
  expect(kindsOf('C9', [...good, { type: 'seen', op: 'polluted', actor: 'worker-1', value: ['canary'] }])).toEqual(['broken']);
  expect(kindsOf('C9', [...good, { type: 'seen', op: 'console', actor: 'worker-1', value: { level: 'log', text: 'oh' } }])).toEqual(['broken']);
});

test('C10 finds what grew beyond its limit', () => {
  const limited = [{ type: 'invoke', op: 'connect', call: 8, value: { retentionLimit: 1 } } as const, ...good];
  expect(kindsOf('C10', limited)).toEqual(['broken']);
  expect(kindsOf('C10', good, { dead: [{ ...at(1), attempts: 4, code: 'strategy.failed' }] })).toEqual(['broken']);
  expect(kindsOf('C10', good, { loops: { default: { actions: 2, nudges: 2, attempts: [4] } } })).toEqual(['broken']);
  const seen = Array.from({ length: 257 }, () => null);
  expect(kindsOf('C10', good, { raw: { documents: [{ key: 'receipts:a', value: { seen } }] } })).toEqual(['broken']);
});

test('C10 judges each loop by its own limits', () => {
  const loops = { default: final.loops['default']!, other: { actions: 2, nudges: 2, attempts: [] } };
  const other = [1, 2].map((seq) => ({ ...at(seq), loop: 'other' }));
  const opened = (value: Json): Note => ({ type: 'invoke', op: 'loop', call: -1, value });
  const judged = (...notes: Note[]): string[] => kindsOf('C10', [...good, ...notes], { loops, history: [...final.history, ...other] });
  expect(judged(opened({ loop: 'other', retentionLimit: 1 }))).toEqual(['broken']);
  expect(judged(opened({ loop: 'other', retentionLimit: 2 }))).toEqual([]);
  expect(judged(opened({ loop: 'other', retentionLimit: 1 }), opened({ loop: 'other' }))).toEqual([]);
  expect(kindsOf('C10', good, { loops, dead: [{ ...at(1), loop: 'other', attempts: 4, code: 'strategy.failed' }] })).toEqual(['broken']);
});

test('C10 finds what was beyond its limit for a while', () => {
  const limited = (pendingLimit: number): Note => ({ type: 'invoke', op: 'connect', call: 8, value: { pendingLimit } });
  expect(kindsOf('C10', [...good, most({ pending: [10_000, 10_001] })])).toEqual(['broken']);
  expect(kindsOf('C10', [limited(2), ...good, most({ pending: [1, 3] })])).toEqual(['broken']);
  expect(kindsOf('C10', [limited(2), ...good, limited(3), most({ pending: [1, 3] })])).toEqual([]);
  expect(kindsOf('C10', [limited(2), ...good, most({ pending: [1, 3] }, 'other')])).toEqual([]);
  // A row that somebody else spoiled says so many, and the product only went on from there.
  expect(kindsOf('C10', [...good, most({ outbox: [1_000_000, 1_000_001] })])).toEqual([]);
});
