import { callsOf } from '../history.ts';
import type { Checker, Finding } from './checker.ts';
import { givenActions } from './facts.ts';

/** C5: a client's acknowledged actions are in the history in the order of its calls. */
export const order: Checker = {
  name: 'C5',
  promise: "A client's actions keep their order",
  judge(history, final) {
    // Retried dead letters and imported actions get another place, by design.
    const isMoved = callsOf(history).some(({ invoke }) => ['deadLetters.retry', 'import'].includes(invoke.op));
    if (isMoved) return [];
    const places = new Map(final.history.map(({ loop, seq, n }, index) => [n, { loop, seq, index }]));
    const last = new Map<string, { readonly n: number; readonly index: number }>();
    const findings: Finding[] = [];
    for (const { n, invoke, end } of givenActions(history)) {
      const place = places.get(n);
      if (end?.type !== 'ok' || invoke.op !== 'record' || place === undefined) continue;
      const source = `${invoke.actor} ${place.loop}`;
      const before = last.get(source);
      if (before !== undefined && before.index > place.index) {
        findings.push({ checker: 'C5', kind: 'broken', text: `${invoke.actor} recorded action ${before.n} before ${n}; they are stored the other way round` });
      }
      last.set(source, { n, index: place.index });
    }
    return findings;
  },
};
