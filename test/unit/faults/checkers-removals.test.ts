import { expect, test } from 'vitest';
import type { Json } from '../../faults/kit/history.ts';
import { at, done, final, good, kindsOf, ok, record, told, type Note } from './made-history.ts';

const open: Note = { type: 'info', code: 'gone' };
const other = (n: number) => ({ ...at(n), loop: 'other' });

test('C3 finds what was erased and is there again', () => {
  const again = { history: [at(1)] };
  expect(kindsOf('C3', [...good, ...done('erase')], again)).toEqual(['broken']);
  expect(kindsOf('C3', [...good, ...done('erase', { all: true, loop: 'other' })], { history: [], pending: [at(1)] })).toEqual(['broken']);
  expect(kindsOf('C3', [...good, ...done('erase', { loop: 'other' })], again)).toEqual([]);
  // Not answered, or not before the action was.
  expect(kindsOf('C3', [...good, ...done('erase', null, open)], again)).toEqual([]);
  expect(kindsOf('C3', [...done('erase'), ...good], again)).toEqual([]);
  const [erase, erased] = done('erase') as [Note, Note];
  expect(kindsOf('C3', [erase, ...good, erased], again)).toEqual([]);
});

test('C3 excuses what came back to where it was erased by a call, or with a database that was mended', () => {
  const again = { history: [at(1)] };
  const imported = (end: Note): Note[] => done('import', { pending: 0 }, end, { ids: [1] });
  expect(kindsOf('C3', [...good, ...done('erase'), ...imported({ type: 'ok' })], again)).toEqual([]);
  // It may arrive later than the erasure that was asked for after it.
  expect(kindsOf('C3', [...good, ...imported(open), ...done('erase')], again)).toEqual([]);
  expect(kindsOf('C3', [...good, ...imported({ type: 'ok' }), ...done('erase')], again)).toEqual(['broken']);
  expect(kindsOf('C3', [...good, ...imported({ type: 'fail', code: 'message.invalid' }), ...done('erase')], again)).toEqual(['broken']);
  expect(kindsOf('C3', [...good, ...record(3, open, [1]), ...done('erase')], again)).toEqual([]);
  expect(kindsOf('C3', [...good, ...done('erase'), { type: 'seen', op: 'damaged' }], again)).toEqual([]);
});

test('C3 finds a nudge that was acknowledged and is there again', () => {
  const acknowledged = (end: Note): Note[] => done('acknowledge', { seqs: [0], nudges: ['x1'] }, end);
  expect(kindsOf('C3', [...good, ...acknowledged({ type: 'ok' })])).toEqual(['broken']);
  expect(kindsOf('C3', [...good, ...acknowledged({ type: 'ok' })], { nudges: [] })).toEqual([]);
  expect(kindsOf('C3', [...good, ...acknowledged({ type: 'ok', epoch: 'e0' })])).toEqual([]);
  expect(kindsOf('C3', [...good, ...acknowledged(open)])).toEqual([]);
});

test('C1 takes a removal without an answer for no excuse where something older is left', () => {
  for (const op of ['erase', 'resetHistory', 'import']) {
    expect(kindsOf('C1', [...good, ...done(op, null, open)], { history: [at(1)] })).toEqual(['lost']);
    expect(kindsOf('C1', [...good, ...done(op, null, open)], { history: [] })).toEqual([]);
    expect(kindsOf('C1', [...good, ...done(op, null, open)], { history: [at(2)] })).toEqual([]);
  }
});

test('C1 lets a removal explain a loss where the older one may have come later', () => {
  const reset = done('resetHistory', null, open);
  const left = { history: [at(1)] };
  // The two were under way at once.
  const [first, firstOk] = record(1, ok(1)) as [Note, Note];
  const [second, secondOk] = record(2, ok(2)) as [Note, Note];
  expect(kindsOf('C1', [first, second, firstOk, secondOk, ...done('erase', null, open)], left)).toEqual([]);
  // An import brought it, or a strategy that failed at it let it wait.
  expect(kindsOf('C1', [...good, ...done('import', { pending: 0 }, open, { ids: [1] }), ...reset], left)).toEqual([]);
  expect(kindsOf('C1', [...done('connect', { strategy: { type: 'poison' } }), ...good, ...reset], left)).toEqual([]);
  expect(kindsOf('C1', [...good, ...done('import', { pending: 1 }, open, { ids: [7] })], left)).toEqual([]);
  // Of a history with a limit the oldest go first, and what is left of it says nothing.
  expect(kindsOf('C1', [...done('connect', { retentionLimit: 1 }), ...good, ...reset], left)).toEqual([]);
  expect(kindsOf('C1', [...good, ...done('deadLetters.discard', null, open, { ids: [2] })], left)).toEqual([]);
});

/** Calls that take away what was recorded before them. */
const removing: readonly (readonly [op: string, value: Json])[] = [
  ['erase', null],
  ['erase', { all: true }],
  ['resetHistory', null],
  ['import', { pending: 0 }],
  ['suggestActions', { replaces: true }],
];
/** Nothing is left, also of what was recorded behind the removal. */
const gone = { history: [] };

test.each(removing)('C1 takes %s %j for no excuse where the same client recorded behind it, whichever is answered first', (op, value) => {
  const [asked, answered] = done(op, value) as [Note, Note];
  const [given, taken] = record(3, ok(3)) as [Note, Note];
  for (const behind of [[asked, answered, given, taken], [asked, given, answered, taken], [asked, given, taken, answered]]) {
    expect(kindsOf('C1', [...good, ...behind], gone)).toEqual(['lost']);
    expect(kindsOf('C1', [...good, ...behind], { history: [at(3)] })).toEqual([]);
  }
  // Of what was recorded before it, all is gone rightly.
  expect(kindsOf('C1', [...good, given, asked, taken, answered], gone)).toEqual([]);
  expect(kindsOf('C1', [...good, given, asked, answered, taken], gone)).toEqual([]);
});

test.each(removing)('C1 lets %s %j explain a loss where the order of the two is not known', (op, value) => {
  const around = ([asked, answered]: readonly Note[], [given, taken]: readonly Note[]): Note[] => [...good, asked!, given!, taken!, answered!];
  // Another client, or the same page after it was loaded anew.
  for (const actor of ['tab-2', 'tab-1/2']) expect(kindsOf('C1', around(done(op, value), record(3, ok(3), [3], actor)), gone)).toEqual([]);
  // No answer: a removal that was sent again comes later.
  expect(kindsOf('C1', around(done(op, value, open), record(3, ok(3))), gone)).toEqual([]);
  // What was lost for so long is not waited for.
  const [asked, answered] = done(op, value) as [Note, Note];
  expect(kindsOf('C1', around([asked, { ...answered, t: 30_000 }], record(3, ok(3))), gone)).toEqual([]);
});

test('C1 lets an erasure of everything that was asked for over another loop explain a loss: that loop may not have been connected', () => {
  const [asked, answered] = done('erase', { all: true, loop: 'other' }) as [Note, Note];
  const [given, taken] = record(3, ok(3)) as [Note, Note];
  expect(kindsOf('C1', [...good, asked, given, taken, answered], gone)).toEqual([]);
});

test('C1 and C3 look for an action in the loop that it was given to', () => {
  const loops = { ...final.loops, other: { actions: 1, nudges: 0, attempts: [] } };
  expect(kindsOf('C1', good, { history: [at(1), other(2)], loops })).toEqual(['lost']);
  expect(kindsOf('C3', good, { history: [at(1), other(2)] })).toEqual(['broken']);
  expect(kindsOf('C3', good, { nudges: [{ ...final.nudges[0]!, loop: 'other' }] })).toEqual(['broken']);
  const imported = [...good, ...done('import', { pending: 0, loop: 'other' }, { type: 'ok' }, { ids: [2] })];
  expect(kindsOf('C3', imported, { history: [at(1), at(2), other(2)] })).toEqual([]);
  expect(kindsOf('C1', imported, { history: [at(1), at(2), other(2)], loops })).toEqual([]);
  expect(kindsOf('C1', imported, { history: [at(1), at(2)], loops })).toEqual(['lost']);
});

test('C8 finds an erasure that is told, and that nobody asked for', () => {
  expect(kindsOf('C8', [...good, told('erased', { loop: 'default' })])).toEqual(['broken']);
  expect(kindsOf('C8', [...good, ...done('erase'), told('erased', { loop: 'default' })])).toEqual([]);
  expect(kindsOf('C8', [...good, ...done('erase', { all: true }, open), told('erased', { loop: 'default' }), told('erased', { loop: null })])).toEqual([]);
  expect(kindsOf('C8', [...good, ...done('erase', { loop: 'other' }), told('erased', { loop: 'default' })])).toEqual(['broken']);
  expect(kindsOf('C8', [...good, ...done('erase'), told('erased', { loop: null })])).toEqual(['broken']);
  expect(kindsOf('C8', [...good, ...done('erase', null, { type: 'fail', code: 'storage.quota' }), told('erased', { loop: 'default' })])).toEqual(['broken']);
  expect(kindsOf('C8', [...good, told('erased', { loop: null }), ...done('erase', { all: true })])).toEqual(['broken']);
});

test('C8 takes only the erasure of everything for word of another life of the database', () => {
  const later = record(3, { ...ok(3), epoch: 'e2' });
  const erased = done('erase', { all: true, loop: 'other' }, { type: 'ok' }, { actor: 'tab-2' });
  expect(kindsOf('C8', [...good, ...erased, told('erased', { loop: null }), ...later])).toEqual([]);
  expect(kindsOf('C8', [...good, ...erased, told('erased', { loop: 'default' }), ...later])).toEqual(['broken']);
  expect(kindsOf('C8', [...good, ...done('erase', { all: true }), ...later])).toEqual([]);
  expect(kindsOf('C8', [...good, ...done('erase'), ...later])).toEqual(['broken']);
});
