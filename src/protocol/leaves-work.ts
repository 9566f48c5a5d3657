import type { WorkerMethod } from './requests.ts';

/**
 * These leave work whatever they answer: a resent call finds its change done, but the worker that made it may have died
 * before the rest.
 */
const ALWAYS: readonly string[] = ['setGoalState', 'importLoop', 'retryDeadLetters'] satisfies WorkerMethod[];

/** Tells whether a call left work: an untrusted strategy runs only after its actions were acknowledged. */
export function leavesWork(method: string, value: object): boolean {
  return (value as { readonly isPending?: unknown }).isPending === true || ALWAYS.includes(method);
}
