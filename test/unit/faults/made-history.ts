import { checkers, type CheckerName } from '../../faults/kit/checkers.ts';
import type { FinalState } from '../../faults/kit/final-state.ts';
import { History, type HistoryEvent, type Json } from '../../faults/kit/history.ts';

export type Note = Partial<HistoryEvent> & Pick<HistoryEvent, 'type'>;

export function historyOf(notes: readonly Note[]): readonly HistoryEvent[] {
  const history = new History();
  for (const note of notes) history.note({ t: 1_000 + history.events.length, actor: 'tab-1', call: 0, op: 'record', ...note });
  return history.events;
}

/** Numbers of calls that no test writes. */
let calls = 1_000;

export const record = (call: number, end: Note | undefined, ids: readonly number[] = [call], actor = 'tab-1'): Note[] => [
  { type: 'invoke', call, ids, actor, deadline: 15_000 },
  ...(end === undefined ? [] : [{ ids, call, actor, epoch: 'e1', ...end }]),
];
export const ok = (call: number): Note => ({ type: 'ok', value: { id: `client-${call}`, durable: true } });
/** A call with its end; `ok` unless another is given. */
export const done = (op: string, value: Json = null, end: Note = { type: 'ok' }, about: Partial<HistoryEvent> = {}): Note[] => {
  calls += 1;
  return [
    { type: 'invoke', op, call: calls, value, ...about },
    { op, call: calls, ...about, ...end },
  ];
};
export const told = (op: string, value: Json = null): Note => ({ type: 'told', op, value });
export const nudge = (id: string, n: number) => told('nudge', { id, cause: 'actions', ns: [n] });
export const run = (boot: string, phase: string, t: number, steals = false): Note => ({ type: 'seen', op: 'run', actor: boot, t, value: { lock: 'work', run: 1, phase, steals } });
export const commit = (boot: string, token: number | null, before: number, after: number, works: boolean, loop = 'default'): Note => ({
  type: 'seen',
  op: 'fence',
  actor: boot,
  value: { of: `nudgeloop ${loop} life-1`, loop, before, after, token, works },
});
export const most = (counts: Readonly<Record<string, readonly [before: number, after: number]>>, loop = 'default'): Note => ({ type: 'seen', op: 'most', actor: 'worker-1', value: { loop, counts } });

export const at = (n: number, seq = n) => ({ loop: 'default', seq, n });

export const final: FinalState = {
  epoch: 'e1',
  history: [at(1), at(2)],
  pending: [],
  dead: [],
  nudges: [{ loop: 'default', seq: 0, id: 'x1', cause: 'actions', ns: [1] }],
  loops: { default: { actions: 2, nudges: 2, attempts: [] } },
  rows: {},
  drained: 0,
  polluted: [],
  told: [],
  canary: 'secret',
  raw: {},
};

export const good = [
  ...record(1, ok(1)),
  nudge('x1', 1),
  ...record(2, ok(2)),
  nudge('x2', 2),
  run('a', 'start', 1),
  run('a', 'end', 5),
  run('b', 'start', 5),
  run('b', 'end', 9),
  commit('a', 1, 0, 1, false),
  commit('a', 1, 1, 1, true),
  commit('b', 2, 1, 2, false),
  commit('b', 2, 2, 2, true),
  most({ pending: [0, 1] }),
];

export function kindsOf(name: CheckerName, notes: readonly Note[], state: Partial<FinalState> = {}): string[] {
  const checker = checkers.find((candidate) => candidate.name === name)!;
  return checker.judge(historyOf(notes), { ...final, ...state }).map(({ kind }) => kind);
}
