/** This run of a page or worker, as the history names it. */
export const boot = `${'window' in globalThis ? 'page' : 'worker'}-${Math.random().toString(36).slice(2, 10)}`;

/** The machine's own clock: a row may have put another one in front, which stands before it as a class that extends it. */
const RealDate = (Object.getPrototypeOf(Date) === Function.prototype ? Date : Object.getPrototypeOf(Date)) as DateConstructor;

/** Tells the harness something that was seen. Nobody waits for it: the network may be away, or the worker about to die. */
export function report(op: string, value: unknown): void {
  const body = JSON.stringify({ actor: boot, t: RealDate.now(), op, value });
  fetch('/report', { method: 'POST', body, keepalive: true }).catch(() => undefined);
}

/**
 * Reports each run under a loop's work lock, from its beginning to its end, so that two at once are noticed. The product
 * asks for the lock as always; only this copy of `request` tells of it.
 */
export function watchWorkLocks(): void {
  // A page without a secure context has no locks.
  if (typeof LockManager === 'undefined') return;
  const request = LockManager.prototype.request as (this: LockManager, ...given: unknown[]) => Promise<unknown>;
  let runs = 0;
  LockManager.prototype.request = function watched(this: LockManager, ...given: unknown[]): Promise<unknown> {
    const lock = String(given[0]);
    const steals = (given[1] as { readonly steal?: boolean } | undefined)?.steal === true;
    const work = given.at(-1) as (...held: unknown[]) => unknown;
    if (!lock.startsWith('nudgeloop:') || !lock.includes(':work:')) return request.apply(this, given);
    return request.apply(this, [
      ...given.slice(0, -1),
      async (...held: unknown[]) => {
        const run = (runs += 1);
        report('run', { lock, run, phase: 'start', steals });
        try {
          return await work(...held);
        } finally {
          report('run', { lock, run, phase: 'end' });
        }
      },
    ]);
  };
}
