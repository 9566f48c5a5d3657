import type { Clock } from '../../clock.ts';
import type { HostLink } from '../host-link.ts';

/**
 * How long to wait for a worker that may not be ours, or that other work may hold up, in milliseconds, if the page can do
 * without it: until then, nothing that is recorded is stored.
 */
export const PATIENCE_MS = 4_000;

/**
 * From then on a worker of ours that is only busy says so, in milliseconds: requests are resent after three seconds,
 * and it answers the copy.
 */
const SAYS_SO_MS = 2_000;

/**
 * Waits for an answer of a link's worker, which is to be asked something.
 *
 * @param within milliseconds, more than two seconds
 * @param then called with whether it was mute: it was asked, and nothing came after the first two seconds, in which an
 * earlier worker may have answered
 * @returns a function that cancels the wait
 */
export function hearOut({ signs }: HostLink, clock: Clock, within: number, then: (isMute: boolean) => void): () => void {
  let cancel = clock.schedule(SAYS_SO_MS, () => {
    const before = signs?.();
    cancel = clock.schedule(within - SAYS_SO_MS, () => {
      // A page that slept first gets the messages that came in the meantime.
      cancel = clock.schedule(0, () => then(before !== undefined && signs?.() === before));
    });
  });
  return () => cancel();
}
