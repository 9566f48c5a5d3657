import type { WorkerMethod } from './requests.ts';

/** Whatever they answered: a copy of one that was done finds it done, and the worker that did it may have died before the rest. */
const ALWAYS: readonly string[] = ['setGoalState', 'importLoop', 'retryDeadLetters'] satisfies WorkerMethod[];

/** Tells whether a call left something to do: an untrusted strategy is asked only after its actions were acknowledged. */
export function leavesWork(method: string, value: object): boolean {
  return (value as { readonly isPending?: unknown }).isPending === true || ALWAYS.includes(method);
}
