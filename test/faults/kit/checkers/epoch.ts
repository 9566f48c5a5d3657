import { callsOf } from '../history.ts';
import type { Checker, Finding } from './checker.ts';
import { field, hasLifeEnded, isErasureOf, isVolatile } from './facts.ts';

/**
 * C8: if the database was destroyed, each client is told before its next success. Otherwise it is told of no loss, and
 * of no erasure that did not happen.
 */
export const epoch: Checker = {
  name: 'C8',
  promise: 'A client is told that the database was lost, before its next success, and of no loss or erasure that was none',
  judge(history) {
    const findings: Finding[] = [];
    const known = new Map<string, { epoch: string; isTold: boolean }>();
    const mayEnd = hasLifeEnded(history) || isVolatile(history);
    const erasures = callsOf(history).filter(({ invoke, end }) => invoke.op === 'erase' && end?.type !== 'fail');
    const ofAll = new Set(erasures.filter(({ invoke }) => field(invoke, 'all') === true).map(({ invoke }) => invoke.call));
    // Sorted by the page's own time: a connection is noted later than what the page was told in the meantime.
    for (const event of [...history].sort((a, b) => a.t - b.t || a.seq - b.seq)) {
      const client = known.get(event.actor);
      if (event.type === 'told' && event.op === 'epoch.reset' && !mayEnd) {
        findings.push({ checker: 'C8', kind: 'broken', text: `${event.actor} was told that the database was lost, which nobody did` });
      }
      if (event.type === 'told' && event.op === 'erased') {
        const loop = field(event, 'loop') ?? null;
        // It must come after the request. By the pages' clocks, both may fall into the same instant.
        const isAsked = erasures.some((call) => call.invoke.seq < event.seq && (typeof loop === 'string' ? isErasureOf(loop, call, history) : ofAll.has(call.invoke.call)));
        if (!isAsked) findings.push({ checker: 'C8', kind: 'broken', text: `${event.actor} was told that ${typeof loop === 'string' ? loop : 'everything'} was erased, which nobody did` });
      }
      // If one loop was erased, the database lives on.
      const isWord = event.type === 'told' && (event.op === 'epoch.reset' || (event.op === 'erased' && field(event, 'loop') === null));
      if (isWord && client !== undefined) client.isTold = true;
      // The client that erases learns it from the answer, which may still name the previous life.
      const hasErased = event.type === 'ok' && ofAll.has(event.call);
      if (hasErased && client !== undefined) client.isTold = true;
      if (event.type !== 'ok' || event.epoch === undefined) continue;
      if (client !== undefined && client.epoch !== event.epoch && !client.isTold) {
        findings.push({
          checker: 'C8',
          kind: 'broken',
          text: `${event.actor} got an ok for ${event.op} (call ${event.call}) in another life of the database, and was not told before`,
        });
      }
      if (client === undefined || client.epoch !== event.epoch) known.set(event.actor, { epoch: event.epoch, isTold: hasErased });
    }
    return findings;
  },
};
