import type { Nudge } from '../../model/nudge.ts';
import { runAgain } from '../run-again.ts';

/** The most nudges that `state()` shows as unacknowledged. */
const SHOWN = 100;

/** How many nudges one call reads when looking for those that are shown: the maximum. */
const NUDGES_PER_LOOK = 1_000;

/** The nudges of one loop that the page shows: the newest ones that were delivered here and that nobody acknowledged. */
export interface ShownNudges {
  has(id: string): boolean;
  /** Takes a nudge from the outbox, and whether this is its first delivery. */
  add(nudge: Nudge, isNew: boolean): void;
  /** Removes acknowledged nudges. */
  hide(seqs: readonly number[]): void;
  /** Checks which of them the outbox still holds, since the page may have missed that some left it. */
  reconcile(): Promise<void>;
  /** Removes all without telling, because the outbox is another one. */
  reset(): void;
}

/** Options of `createShownNudges`. */
export interface ShownNudgesOptions {
  /** Reads up to `limit` nudges after a `seq`, oldest first. */
  readonly read: (after: number, limit: number) => Promise<readonly Nudge[]>;
  readonly wasDelivered: (id: string) => boolean;
  /** Called with what is shown from now on. */
  readonly show: (nudges: readonly Nudge[]) => void;
  /** Called with those that turned out to have left the outbox. */
  readonly left: (seqs: readonly number[]) => void;
}

/** Makes the list of shown nudges for one loop; empty at first. */
export function createShownNudges({ read, wasDelivered, show, left }: ShownNudgesOptions): ShownNudges {
  let shown: readonly Nudge[] = [];
  /** There are older ones that did not fit. */
  let isCut = false;
  /**
   * What was shown when the loop was lost. A nudge of the new life may be among it, if an answer brought it before this
   * tab heard.
   */
  let hidden: readonly Nudge[] = [];
  /** Counts what makes a look in progress void: what it reads may hold nudges that are gone. */
  let changes = 0;

  const set = (nudges: readonly Nudge[]): void => {
    isCut ||= nudges.length > SHOWN;
    shown = nudges.slice(-SHOWN);
    show(shown);
  };

  const readAll = async (from: number): Promise<readonly Nudge[]> => {
    const found: Nudge[] = [];
    for (let after = from; ; after = found.at(-1)?.seq ?? after) {
      const some = await read(after, NUDGES_PER_LOOK);
      found.push(...some);
      if (some.length < NUDGES_PER_LOOK) return found;
    }
  };

  const look = async (): Promise<void> => {
    const [before, changesBefore, isFull] = [shown, changes, isCut];
    if (before.length === 0 && !isFull) return;
    const held = await readAll(isFull ? -1 : before[0]!.seq - 1);
    if (changesBefore !== changes) return void reconcile();
    const ids = new Set(held.map(({ id }) => id));
    // What came in the meantime may be too new for what was read.
    const lost = shown.filter((nudge) => before.includes(nudge) && !ids.has(nudge.id));
    const kept = shown.filter((nudge) => !lost.includes(nudge));
    const first = kept[0]?.seq ?? Infinity;
    const hasRoom = isFull && kept.length < SHOWN;
    const older = hasRoom ? held.filter(({ id, seq }) => seq < first && wasDelivered(id)) : [];
    if (hasRoom) isCut = false;
    if (older.length > 0 || lost.length > 0) set([...older, ...kept]);
    if (lost.length > 0) left(lost.map(({ seq }) => seq));
  };

  // No answer: the next return to the page, or the next acknowledgement, looks again.
  const reconcile: () => Promise<void> = runAgain(() => look().catch(() => undefined));

  return {
    has: (id) => shown.some((nudge) => nudge.id === id),
    add(nudge, isNew) {
      const others = hidden.filter(({ id }) => id !== nudge.id);
      if (isNew || others.length < hidden.length) set([...shown, nudge]);
      hidden = others;
    },
    hide(seqs) {
      changes += 1;
      const others = shown.filter(({ seq }) => !seqs.includes(seq));
      if (others.length < shown.length) set(others);
      // Not for each one that leaves: finding the older ones means reading all that wait.
      if (isCut && shown.length <= SHOWN / 2) void reconcile();
    },
    reconcile,
    reset() {
      changes += 1;
      // Appended, since a tab that erases hears of it twice.
      hidden = [...hidden, ...shown].slice(-SHOWN);
      [shown, isCut] = [[], false];
    },
  };
}
