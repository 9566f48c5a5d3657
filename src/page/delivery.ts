import type { Nudge } from '../model/nudge.ts';
import { runAgain } from './run-again.ts';

/** Nudges read in one call. */
export const NUDGES_PER_READ = 100;

/** Brings nudges to the app, each of them once, in the order of the outbox. */
export interface Delivery {
  /** Takes nudges that an answer brought along; a gap before them is read from the outbox first. */
  offer(nudges: readonly Nudge[]): void;
  /** The outbox is said to end at `outbox`: reads what is missing. */
  hint(outbox: number): void;
  /** Reads what was hinted at, or failed to be read, whatever is awaited: the answer brought no nudges. */
  follow(): void;
  /** Reads what is missing, if anybody listens. */
  catchUp(): void;
  /** Begins at the start of the outbox again: there is another one. */
  reset(): void;
  /** Whether a nudge was delivered. */
  has(id: string): boolean;
  /** Holds hints back while an answer is awaited that brings its nudges itself. */
  expect(): () => void;
}

/** Options of `createDelivery`. */
export interface DeliveryOptions {
  /** Reads at most `NUDGES_PER_READ` nudges behind a `seq`, oldest first. */
  readonly read: (after: number) => Promise<readonly Nudge[]>;
  /** Whether anybody listens. The outbox is where nudges wait until then. */
  readonly isHeard: () => boolean;
  /** Given each nudge of the outbox that was read, and whether it is the first time. */
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
  let life = 0;
  let expected = 0;
  let hinted = 0;
  let hasFailed = false;

  const hand = (nudge: Nudge): void => {
    cursor = nudge.seq;
    // After a loop was erased its outbox counts from 0 again, so the place alone does not tell what was seen.
    const isNew = !delivered.has(nudge.id);
    delivered.add(nudge.id);
    for (const oldest of delivered) {
      if (delivered.size <= remembered()) break;
      if (!isKept(oldest)) delivered.delete(oldest);
    }
    deliver(nudge, isNew);
  };

  const readOn = async (): Promise<void> => {
    const startedIn = life;
    const upTo = hinted;
    const nudges = await read(cursor);
    // Read anew, from the start.
    if (startedIn !== life) return catchUp();
    for (const nudge of nudges) {
      // A listener may have gone meanwhile: what it did not see waits for the next one.
      if (!isHeard()) return;
      if (nudge.seq > cursor) hand(nudge);
    }
    if (nudges.length >= NUDGES_PER_READ) catchUp();
    // What was hinted at and is not there is gone, as when another tab acknowledged it: else each poll would look for it again.
    else if (hinted === upTo) hinted = 0;
  };

  const reading = runAgain(async () => {
    // No host, or no answer: the next hint, poke or return to the page reads again.
    hasFailed = await readOn().then(
      () => false,
      () => true,
    );
  });

  const catchUp = (): void => {
    if (isHeard()) reading();
  };

  const follow = (): void => {
    if (hasFailed || hinted - 1 > cursor) catchUp();
  };
  const followHint = (): void => {
    if (expected === 0) follow();
  };

  const reset = (): void => {
    cursor = -1;
    life += 1;
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
      // Of two hints that overtook each other on their way, the one that says more.
      hinted = Math.max(hinted, outbox);
      followHint();
    },
    follow,
    catchUp,
    has: (id) => delivered.has(id),
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
