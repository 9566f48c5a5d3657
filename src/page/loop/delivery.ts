import type { Nudge } from '../../model/nudge.ts';
import { runAgain } from '../run-again.ts';

/** Nudges read in one call. */
const NUDGES_PER_READ = 100;

/** Delivers nudges to the app, each of them once, in the order of the outbox. */
export interface Delivery {
  /** Takes nudges that came with an answer. If there is a gap before them, it is read from the outbox first. */
  offer(nudges: readonly Nudge[]): void;
  /** A host says that the outbox ends at `outbox`: reads what is missing. */
  hint(outbox: number): void;
  /** Reads what was hinted at or could not be read, even if answers are awaited: the last one brought no nudges. */
  follow(): void;
  /** Reads what is missing, if anybody listens. */
  catchUp(): void;
  /** Nudges were acknowledged: what is being read may have them still, and is read again. */
  acknowledged(): void;
  /** Starts again at the beginning of the outbox: it is another one. */
  reset(): void;
  /** Whether a nudge was delivered. */
  has(id: string): boolean;
  /** Holds hints back while an answer is awaited that brings its own nudges. */
  expect(): () => void;
}

/** Options of `createDelivery`. */
export interface DeliveryOptions {
  /** Reads up to `limit` nudges after a `seq`, oldest first. */
  readonly read: (after: number, limit: number) => Promise<readonly Nudge[]>;
  /** Whether anybody listens. Until then, nudges wait in the outbox. */
  readonly isHeard: () => boolean;
  /** Called with each nudge that was read from the outbox, and whether it is new. */
  readonly deliver: (nudge: Nudge, isNew: boolean) => void;
  /** How many delivered ids to remember: as many as the outbox can hold. */
  readonly remembered: () => number;
  /** Whether a delivered id is remembered however old it is. */
  readonly isKept: (id: string) => boolean;
}

/** Makes the delivery of one loop to one client. */
export function createDelivery({ read, isHeard, deliver, remembered, isKept }: DeliveryOptions): Delivery {
  const delivered = new Set<string>();
  let cursor = -1;
  /** Counts what makes a reading in progress void: it may hold nudges that are gone. */
  let changes = 0;
  let expected = 0;
  let hinted = 0;
  let hasFailed = false;

  const hand = (nudge: Nudge): void => {
    cursor = nudge.seq;
    // After an erasure the outbox counts from 0 again, so the place alone does not tell what was delivered.
    const isNew = !delivered.has(nudge.id);
    delivered.add(nudge.id);
    for (const oldest of delivered) {
      if (delivered.size <= remembered()) break;
      if (!isKept(oldest)) delivered.delete(oldest);
    }
    deliver(nudge, isNew);
  };

  const readOn = async (): Promise<void> => {
    const changesBefore = changes;
    const upTo = hinted;
    const nudges = await read(cursor, NUDGES_PER_READ);
    // It is another outbox meanwhile, or nudges left it.
    if (changesBefore !== changes) return catchUp();
    for (const nudge of nudges) {
      // The listener may be gone by now: what it did not see waits for the next one.
      if (!isHeard()) return;
      if (nudge.seq > cursor) hand(nudge);
    }
    if (nudges.length >= NUDGES_PER_READ) catchUp();
    // What was hinted at but is missing is gone, for instance acknowledged by another tab. Otherwise each poll would
    // look for it again.
    else if (hinted === upTo) hinted = 0;
  };

  const readAgain = runAgain(async () => {
    // No host, or no answer: the next hint, poke or return to the page reads again.
    hasFailed = await readOn().then(
      () => false,
      () => true,
    );
  });

  const catchUp = (): void => {
    if (isHeard()) void readAgain();
  };

  const follow = (): void => {
    if (hasFailed || hinted - 1 > cursor) catchUp();
  };
  const followHint = (): void => {
    if (expected === 0) follow();
  };

  const reset = (): void => {
    cursor = -1;
    changes += 1;
    hinted = 0;
  };

  return {
    offer(nudges) {
      for (const nudge of nudges) {
        if (!isHeard() || delivered.has(nudge.id)) continue;
        if (nudge.seq <= cursor) reset();
        if (nudge.seq === cursor + 1) hand(nudge);
        else catchUp();
      }
    },
    hint(outbox) {
      // Two hints may overtake each other: the larger one counts.
      hinted = Math.max(hinted, outbox);
      followHint();
    },
    follow,
    catchUp,
    has: (id) => delivered.has(id),
    acknowledged() {
      changes += 1;
    },
    reset,
    expect() {
      expected += 1;
      return () => {
        expected -= 1;
        followHint();
      };
    },
  };
}
