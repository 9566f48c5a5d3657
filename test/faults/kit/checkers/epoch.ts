import type { Checker, Finding } from './checker.ts';

/** C8: when the database was destroyed, each client is told before anything else succeeds. */
export const epoch: Checker = {
  name: 'C8',
  promise: 'A client is told that the database was lost, before its next success',
  judge(history) {
    const findings: Finding[] = [];
    const known = new Map<string, { epoch: string; isTold: boolean }>();
    for (const event of history) {
      const client = known.get(event.actor);
      if (event.type === 'told' && (event.op === 'epoch.reset' || event.op === 'erased')) {
        if (client !== undefined) client.isTold = true;
        continue;
      }
      // The one who erases knows by the answer.
      if (event.type === 'ok' && event.op === 'erase' && client !== undefined) client.isTold = true;
      if (event.type !== 'ok' || event.epoch === undefined) continue;
      if (client !== undefined && client.epoch !== event.epoch && !client.isTold) {
        findings.push({
          checker: 'C8',
          kind: 'broken',
          text: `${event.actor} got an ok for ${event.op} (call ${event.call}) in another life of the database, and was not told before`,
        });
      }
      if (client === undefined || client.epoch !== event.epoch) known.set(event.actor, { epoch: event.epoch, isTold: false });
    }
    return findings;
  },
};
