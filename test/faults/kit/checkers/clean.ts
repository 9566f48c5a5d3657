import type { Checker, Finding } from './checker.ts';
import { textOf } from './facts.ts';

/** Where the app's own data must never appear: what is logged, broadcast, or in an error's text. */
const PUBLIC: ReadonlySet<string> = new Set(['log', 'broadcast', 'unhandled', 'console', 'request']);

/** C9: nothing leaks, nothing is polluted, nothing is sent elsewhere. */
export const clean: Checker = {
  name: 'C9',
  promise: 'No data in logs, no word on the console, no foreign request, no polluted prototype',
  judge(history, final) {
    const findings: Finding[] = [];
    const broken = (text: string): void => void findings.push({ checker: 'C9', kind: 'broken', text });
    for (const event of history) {
      const isPublic = PUBLIC.has(event.op) || event.type === 'fail' || event.type === 'info';
      if (isPublic && final.canary !== '' && JSON.stringify(event.value ?? null).includes(final.canary)) {
        broken(`the app's data shows in ${event.type} ${event.op} of ${event.actor}`);
      }
      if (event.type !== 'seen') continue;
      if (event.op === 'csp') broken(`a content security policy was broken: ${JSON.stringify(event.value)}`);
      // The product logs only to those who ask for it.
      if (event.op === 'console') broken(`${event.actor} wrote to the console: ${textOf(event, 'text')}`);
      if (event.op === 'polluted') broken(`Object.prototype was changed in ${event.actor}: ${JSON.stringify(event.value)}`);
      if (event.op === 'foreign') broken(`a request went elsewhere: ${JSON.stringify(event.value)}`);
    }
    for (const where of final.polluted) broken(`Object.prototype was changed in ${where}`);
    return findings;
  },
};
