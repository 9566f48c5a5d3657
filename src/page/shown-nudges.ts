import type { Nudge } from '../model/nudge.ts';
import { runAgain } from './run-again.ts';

/** Nudges that `state()` shows as not acknowledged, at the most. */
const SHOWN = 100;

/** Nudges looked through for those that are shown; all that a call gives. */
const NUDGES_PER_LOOK = 1_000;

/** The nudges of one loop that the page shows: the newest that were delivered here and that nobody acknowledged. */
export interface ShownNudges {
  has(id: string): boolean;
  /** Takes a nudge of the outbox, and whether it is delivered for the first time. */
  add(nudge: Nudge, isNew: boolean): void;
  /** Takes away what was acknowledged. */
  hide(seqs: readonly number[]): void;
  /** Looks which of them the outbox still holds, since it may have been missed that some left it. */
  reconcile(): void;
  /** Takes all away, which is not told: the outbox is another one. */
  reset(): void;
}

/** Options of `createShownNudges`. */
export interface ShownNudgesOptions {
  /** Reads so many nudges behind a `seq`, oldest first; nothing where no host can be asked. */
  readonly read: (after: number, limit: number) => Promise<readonly Nudge[] | undefined>;
  readonly wasDelivered: (id: string) => boolean;
  /** Told what is shown from now on. */
  readonly show: (nudges: readonly Nudge[]) => void;
  /** Told of those that were found to have left the outbox. */
  readonly left: (seqs: readonly number[]) => void;
}

/** Makes what one loop's page shows; nothing at first. */
export function createShownNudges({ read, wasDelivered, show, left }: ShownNudgesOptions): ShownNudges {
  let shown: readonly Nudge[] = [];
  /** Older ones wait that had no room. */
  let isCut = false;
  /** What was shown when the loop was lost: one of the new life may be among it, which came with an answer before this tab heard. */
  let hidden: readonly Nudge[] = [];
  let life = 0;
  /** What was acknowledged during the look that is under way, and may be in what it reads. */
  let gone: Set<number> | undefined;

  const set = (nudges: readonly Nudge[]): void => {
    isCut ||= nudges.length > SHOWN;
    shown = nudges.slice(-SHOWN);
    show(shown);
  };

  const readAll = async (from: number): Promise<readonly Nudge[] | undefined> => {
    const found: Nudge[] = [];
    for (let after = from; ; after = found.at(-1)?.seq ?? after) {
      const some = await read(after, NUDGES_PER_LOOK);
      if (some === undefined) return undefined;
      found.push(...some);
      if (some.length < NUDGES_PER_LOOK) return found;
    }
  };

  const look = async (): Promise<void> => {
    const [before, startedIn, isFull] = [shown, life, isCut];
    if (before.length === 0 && !isFull) return;
    const held = await readAll(isFull ? -1 : before[0]!.seq - 1);
    if (held === undefined || startedIn !== life) return;
    const ids = new Set(held.map(({ id }) => id));
    // Those that were heard of meanwhile have been told already.
    const lost = shown.filter((nudge) => before.includes(nudge) && !ids.has(nudge.id));
    const kept = shown.filter((nudge) => !lost.includes(nudge));
    const first = kept[0]?.seq ?? Infinity;
    const hasRoom = isFull && kept.length < SHOWN;
    const older = hasRoom ? held.filter(({ id, seq }) => seq < first && wasDelivered(id) && !gone?.has(seq)) : [];
    if (hasRoom) isCut = false;
    if (older.length > 0 || lost.length > 0) set([...older, ...kept]);
    if (lost.length > 0) left(lost.map(({ seq }) => seq));
  };

  const reconcile = runAgain(async () => {
    gone = new Set();
    // No answer: the next return to the page, or acknowledgement, looks again.
    await look().catch(() => undefined);
    gone = undefined;
  });

  return {
    has: (id) => shown.some((nudge) => nudge.id === id),
    add(nudge, isNew) {
      const others = hidden.filter(({ id }) => id !== nudge.id);
      if (isNew || others.length < hidden.length) set([...shown, nudge]);
      hidden = others;
    },
    hide(seqs) {
      for (const seq of seqs) gone?.add(seq);
      const others = shown.filter(({ seq }) => !seqs.includes(seq));
      if (others.length < shown.length) set(others);
      // Not for each that goes: to find the older ones, all that wait are read.
      if (isCut && shown.length <= SHOWN / 2) reconcile();
    },
    reconcile,
    reset() {
      life += 1;
      // Added to, since a tab that erases hears of it twice.
      hidden = [...hidden, ...shown].slice(-SHOWN);
      [shown, isCut] = [[], false];
    },
  };
}
