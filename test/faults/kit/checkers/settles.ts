import { callsOf } from '../history.ts';
import type { Checker, Finding } from './checker.ts';
import { textOf } from './facts.ts';

/** C7: every call ends in time, pending work gets done, and no rejection goes unhandled. */
export const settles: Checker = {
  name: 'C7',
  promise: 'Every call settles, with an answer or an error of the list, and the work gets done',
  judge(history, final) {
    const findings: Finding[] = [];
    // The opening of a loop is noted among the calls, with a number of its own. It is not a call and has no end.
    for (const { invoke, end } of callsOf(history).filter((call) => call.invoke.op !== 'loop')) {
      const call = `${invoke.op} of ${invoke.actor} (call ${invoke.call})`;
      if (end === undefined || end.code === 'hung') {
        findings.push({ checker: 'C7', kind: 'hung', text: `${call} had no end in time` });
      } else if (invoke.deadline !== undefined && end.t - invoke.t > invoke.deadline) {
        findings.push({ checker: 'C7', kind: 'hung', text: `${call} took ${end.t - invoke.t} ms of ${invoke.deadline}` });
      }
    }
    for (const { type, call, op, actor, code } of history) {
      const isEnd = type === 'fail' || type === 'info';
      // By its name, `internal` is a defect.
      if (isEnd && (code === 'untyped' || code === 'internal')) findings.push({ checker: 'C7', kind: 'broken', text: `${op} of ${actor} (call ${call}) ended with ${code}` });
    }
    for (const event of history) {
      // A page reports it to its app; a worker can only be observed.
      if (event.op === 'unhandled') {
        findings.push({ checker: 'C7', kind: 'broken', text: `${event.actor} had an unhandled rejection or error: ${textOf(event, 'text')}` });
      }
    }
    if (final.drained === null) findings.push({ checker: 'C7', kind: 'hung', text: 'the work was not done in time after everything was healed' });
    return findings;
  },
};
