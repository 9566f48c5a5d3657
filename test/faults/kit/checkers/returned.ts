import type { FinalState } from '../final-state.ts';
import { callsOf, type HistoryEvent } from '../history.ts';
import { field, isDestroyed, isErasureOf, keyOf, settledAt } from './facts.ts';

/** What an answered erasure or acknowledgement removed and is found again, although no call brought it back. */
export function returned(history: readonly HistoryEvent[], final: FinalState): string[] {
  // A damaged database may be restored to an earlier state.
  if (isDestroyed(history)) return [];
  const texts: string[] = [];
  const answered = callsOf(history).filter(({ end }) => end?.type === 'ok');
  const erasures = answered.filter(({ invoke }) => invoke.op === 'erase');
  const settled = settledAt(history);
  const erasedAt = new Map<string, number>();
  const lastErasure = (loop: string): number => {
    const seq = erasedAt.get(loop) ?? Math.max(-1, ...erasures.filter((call) => isErasureOf(loop, call, history)).map(({ invoke }) => invoke.seq));
    erasedAt.set(loop, seq);
    return seq;
  };
  for (const { loop, n } of [...final.history, ...final.pending, ...final.dead]) {
    if ((settled.get(keyOf({ loop, n })) ?? Infinity) < lastErasure(loop)) texts.push(`action ${n} is found in ${loop} again, from where it was erased`);
  }
  // What a host in memory answered about a nudge that it never had says nothing about the database.
  const ofThisLife = answered.filter(({ end }) => end?.epoch === undefined || end.epoch === final.epoch);
  const acknowledged = new Set(ofThisLife.filter(({ invoke }) => invoke.op === 'acknowledge').flatMap(({ invoke }) => (field(invoke, 'nudges') ?? []) as readonly unknown[]));
  for (const { loop, id } of final.nudges) {
    if (acknowledged.has(id)) texts.push(`nudge ${id} of ${loop} was acknowledged, and is in the outbox`);
  }
  return texts;
}
