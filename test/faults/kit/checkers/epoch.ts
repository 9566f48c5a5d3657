import type { Checker, Finding } from './checker.ts';
import { field, hasLifeEnded } from './facts.ts';

/** C8: when the database was destroyed, each client is told before anything else succeeds; and of nothing when it was not. */
export const epoch: Checker = {
  name: 'C8',
  promise: 'A client is told that the database was lost, before its next success, and of no loss that was none',
  judge(history) {
    const findings: Finding[] = [];
    const known = new Map<string, { epoch: string; isTold: boolean }>();
    // Memory goes with its worker, as the receipts say.
    const mayEnd = hasLifeEnded(history) || history.some((event) => event.type === 'ok' && field(event, 'durable') === false);
    // By the page's own time: a connection is asked about, and so noted, later than what was told meanwhile.
    for (const event of [...history].sort((a, b) => a.t - b.t || a.seq - b.seq)) {
      const client = known.get(event.actor);
      if (event.type === 'told' && event.op === 'epoch.reset' && !mayEnd) {
        findings.push({ checker: 'C8', kind: 'broken', text: `${event.actor} was told that the database was lost, which nobody did` });
      }
      if (event.type === 'told' && (event.op === 'epoch.reset' || event.op === 'erased')) {
        if (client !== undefined) client.isTold = true;
        continue;
      }
      // The one who erases knows by the answer, which may still name the life before.
      const hasErased = event.type === 'ok' && event.op === 'erase';
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
