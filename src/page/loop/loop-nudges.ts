import type { Nudge } from '../../model/nudge.ts';
import type { Session } from '../session/session-types.ts';
import { createDelivery, type Delivery } from './delivery.ts';
import type { LoopStatus } from './loop-status.ts';
import { createShownNudges } from './shown-nudges.ts';

/** The nudges of a loop as a page has them: handed to its listeners, and shown in its state. */
export interface LoopNudges extends Omit<Delivery, 'acknowledged' | 'has'> {
  /** Reads what is missing, and looks which of the shown ones are gone. */
  refresh(): void;
  /** Somebody acknowledged nudges, in any tab. */
  acknowledged(seqs: readonly number[]): void;
  /** The outbox is another one: hides what was shown, which the caller tells, and starts again at its beginning. */
  beginAnew(): void;
}

/**
 * Makes the nudges of a loop; none is known at first.
 *
 * @param whenChecked nudges are read only after this: those of a new life must not be delivered before the erasure, which
 * hides what was delivered
 * @param remembered how many delivered ids to remember: as many as the outbox can hold
 */
export function createLoopNudges(
  name: string,
  session: Session,
  { emitter, patch }: LoopStatus,
  whenChecked: () => Promise<unknown>,
  remembered: () => number,
): LoopNudges {
  const read = async (after: number, limit: number): Promise<readonly Nudge[]> => {
    await whenChecked();
    return session.call('nudges', { loop: name, after, limit });
  };

  const tellGone = (seqs: readonly number[]): void => emitter.emit('acknowledged', { loop: name, seqs });

  const delivery = createDelivery({
    remembered,
    read,
    isHeard: () => session.isConnected() && emitter.hears('nudge'),
    isKept: (id) => shown.has(id),
    deliver(nudge, isNew) {
      shown.add(nudge, isNew);
      if (isNew) emitter.emit('nudge', nudge);
    },
  });

  const shown = createShownNudges({
    read,
    wasDelivered: delivery.has,
    show: (unacknowledged) => patch({ unacknowledged }),
    left: tellGone,
  });

  return {
    ...delivery,
    refresh() {
      delivery.catchUp();
      // Without a host there is nobody to ask.
      if (session.isConnected()) void shown.reconcile();
    },
    acknowledged(seqs) {
      delivery.acknowledged();
      shown.hide(seqs);
      tellGone(seqs);
    },
    beginAnew() {
      shown.reset();
      delivery.reset();
    },
  };
}
