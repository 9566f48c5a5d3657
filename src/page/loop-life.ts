/** Which life of a loop a page knows: one begins when something is stored, and ends when the app erases the loop, in any tab. */
export interface LoopLife {
  /** The name of the one that the host has; empty while nothing is stored, undefined where that is not known. */
  name(): string | undefined;
  /** How many erasures this page knows of. */
  heardErasures(): number;
  /**
   * Takes note of the name that an answer tells, unless an erasure was heard of since that was asked for.
   *
   * @param next undefined from a worker of before, which names none
   * @param before how many erasures were known when it was asked for
   */
  note(next: string | undefined, before: number): void;
  /**
   * Takes note of an erasure, which is told several times: on the channel, by its answer, and by the name that comes after it.
   *
   * @param ended which life it ended; empty where nothing was stored, undefined from a worker of before
   */
  end(ended: string | undefined): void;
  /**
   * It is over, whatever its name was.
   *
   * @param isWanted the app erased it; else the database was lost
   */
  forget(isWanted: boolean): void;
}

/**
 * Makes what is known of a loop's life: nothing, at first.
 *
 * @param erased is told of each erasure once: what the page has of the loop since belongs to the next life. It is to call `forget`.
 */
export function createLoopLife(erased: () => void): LoopLife {
  let name: string | undefined;
  /** Those whose end was told. */
  const told = new Set<string | undefined>();
  let erasures = 0;

  const end = (ended: string | undefined): void => {
    // But for one that goes on, so that it was not true: any script of the origin can say so.
    if (ended !== undefined && told.has(ended) && !(ended && ended === name)) return;
    // Behind the end of one with a name another may end that had none.
    if (ended) told.delete('');
    told.add(ended);
    erased();
  };

  return {
    name: () => name,
    heardErasures: () => erasures,
    note(next, before) {
      if (next === undefined || erasures !== before) return;
      if (name && next !== name) end(name);
      name = next;
    },
    end,
    forget(isWanted) {
      name = undefined;
      if (isWanted) erasures += 1;
      // In another database, another erasure may end as little.
      else told.clear();
    },
  };
}
