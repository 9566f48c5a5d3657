/**
 * Tracks which life of a loop the page knows. A life begins when something is stored, and ends when the app erases the
 * loop, in any tab.
 */
export interface LoopLife {
  /** The name of the host's current life; empty while nothing is stored, undefined if unknown. */
  name(): string | undefined;
  /** How many erasures this page knows of. */
  heardErasures(): number;
  /**
   * Notes the name that an answer gives, unless an erasure was heard of since the question was sent.
   *
   * @param next undefined from a worker of an earlier build, which names none
   * @param before how many erasures were known when the question was sent
   */
  note(next: string | undefined, before: number): void;
  /**
   * Notes an erasure, which is reported several times: on the channel, by its own answer, and by the name of the next
   * life.
   *
   * @param ended which life it ended; empty if nothing was stored, undefined from a worker of an earlier build
   */
  end(ended: string | undefined): void;
  /**
   * This life is over, whatever its name was.
   *
   * @param isErased the app erased it; otherwise the database was lost
   */
  forget(isErased: boolean): void;
}

/**
 * Makes the record of a loop's life; nothing is known at first.
 *
 * @param onEnd called once for each erasure, after its name is forgotten: from then on, what the page has of the loop
 * belongs to the next life
 */
export function createLoopLife(onEnd: () => void): LoopLife {
  let name: string | undefined;
  /** The lives whose end was reported. */
  const reportedEnds = new Set<string | undefined>();
  let erasures = 0;

  const forget = (isErased: boolean): void => {
    name = undefined;
    if (isErased) erasures += 1;
    // In another database, a life without a name may end again.
    else reportedEnds.clear();
  };

  const end = (ended: string | undefined): void => {
    // Each end is reported once. But if that life still goes on, the first report was false: any script of the origin
    // can send one.
    if (ended !== undefined && reportedEnds.has(ended) && !(ended && ended === name)) return;
    // After a life with a name has ended, another life without a name may end.
    if (ended) reportedEnds.delete('');
    reportedEnds.add(ended);
    forget(true);
    onEnd();
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
    forget,
  };
}
