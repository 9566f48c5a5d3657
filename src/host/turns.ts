import { createUnderWay } from '../loop/under-way.ts';

/** A call's place among the calls and erasures of a host. */
export interface Turn {
  /** Settles when the call may begin: after all earlier erasures, and an erasure also after all earlier calls. */
  readonly begins: Promise<unknown>;
  /** Lets later erasures begin; if this is an erasure, later calls too. */
  readonly end: () => void;
}

/** The order of a host's calls and erasures. */
export interface Turns {
  /** Takes a place as soon as a call arrives, however many microtasks it needs then to reach its loop. */
  take(isErasure: boolean): Turn;
  /** Settles when all erasures that arrived until now are done. */
  erased(): Promise<unknown>;
}

/**
 * Makes the order. An erasure removes everything that was asked for before it, and nothing that is asked for later: later
 * calls wait for it. Calls do not wait for each other; the queue of their loop keeps those in order.
 */
export function createTurns(): Turns {
  /** Calls and erasures that have not ended. */
  const begun = createUnderWay();
  let erased: Promise<unknown> = Promise.resolve();
  return {
    take(isErasure) {
      const begins = isErasure ? begun.settled() : erased;
      let end!: () => void;
      const ended = begun.add(new Promise<void>((resolve) => (end = resolve)));
      if (isErasure) erased = ended;
      return { begins, end };
    },
    erased: () => erased,
  };
}
