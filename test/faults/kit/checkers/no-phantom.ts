import type { Checker, Finding } from './checker.ts';
import { givenActions, keyOf, loopOf } from './facts.ts';
import { returned } from './returned.ts';

/** C3: nothing is found that nobody brought into its loop, or that was removed. */
export const noPhantom: Checker = {
  name: 'C3',
  promise: 'Everything that is found was given, and not taken away since',
  judge(history, final) {
    const given = new Set(givenActions(history).map((action) => keyOf({ loop: loopOf(action, history), n: action.n })));
    const places = { history: final.history, pending: final.pending, 'the dead letters': final.dead };
    const findings: Finding[] = [];
    for (const [place, actions] of Object.entries(places)) {
      for (const { loop, n, seq } of actions) {
        if (!given.has(keyOf({ loop, n }))) findings.push({ checker: 'C3', kind: 'broken', text: `${place} holds an action (${n ?? 'without number'}, seq ${seq}) that nobody gave to ${loop}` });
      }
    }
    for (const { loop, ns } of final.told) {
      const stored = final.history.filter((action) => action.loop === loop).map(({ n }) => n);
      let place = 0;
      for (const n of ns) {
        const found = stored.indexOf(n, place);
        if (found === -1) findings.push({ checker: 'C3', kind: 'broken', text: `a client is told of action ${n ?? 'without number'} of ${loop}, which is not stored there, or not in this place` });
        else place = found + 1;
      }
    }
    for (const { loop, id, ns } of final.nudges) {
      const unknown = ns.find((n) => !given.has(keyOf({ loop, n })));
      if (unknown !== undefined) findings.push({ checker: 'C3', kind: 'broken', text: `nudge ${id} judges action ${unknown} that nobody gave to ${loop}` });
    }
    for (const text of returned(history, final)) findings.push({ checker: 'C3', kind: 'broken', text });
    return findings;
  },
};
