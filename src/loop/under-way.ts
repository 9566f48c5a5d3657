/** Work that is under way. */
export interface UnderWay {
  /** Notes work until it settles, and returns it. A rejection counts as handled, also if nobody waits for the work. */
  add<T>(work: Promise<T>): Promise<T>;
  readonly isEmpty: () => boolean;
  /** Settles when all that was noted until now has settled, however. */
  settled(): Promise<unknown>;
}

export function createUnderWay(): UnderWay {
  const noted = new Set<Promise<unknown>>();
  return {
    add(work) {
      const settled: Promise<unknown> = Promise.allSettled([work]).then(() => noted.delete(settled));
      noted.add(settled);
      return work;
    },
    isEmpty: () => noted.size === 0,
    settled: () => Promise.all(noted),
  };
}
