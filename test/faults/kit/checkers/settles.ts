import { callsOf } from '../history.ts';
import type { Checker, Finding } from './checker.ts';
import { textOf } from './facts.ts';

/** C7: every call has an end in time, what is pending gets done, and no rejection goes unhandled. */
export const settles: Checker = {
  name: 'C7',
  promise: 'Every call settles, with an answer or an error of the list, and the work gets done',
  judge(history, final) {
    const findings: Finding[] = [];
    // A loop that is opened is noted among the calls, under a number of its own; it is none, and has no end.
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
      // `internal` is a defect by its own words.
      if (isEnd && (code === 'untyped' || code === 'internal')) findings.push({ checker: 'C7', kind: 'broken', text: `${op} of ${actor} (call ${call}) ended with ${code}` });
    }
    for (const event of history) {
      // A page tells it to its app, a worker can only be seen to have one.
      if (event.op === 'unhandled') {
        findings.push({ checker: 'C7', kind: 'broken', text: `${event.actor} had an unhandled rejection or error: ${textOf(event, 'text')}` });
      }
    }
    if (final.drained === null) findings.push({ checker: 'C7', kind: 'hung', text: 'the work was not done in time after everything was healed' });
    return findings;
  },
};
