import type { PokeResult } from '../../protocol/api.ts';
import type { PageRealm } from '../page-realm.ts';

/** Options of `pollWhileVisible`. */
export interface PollOptions {
  readonly realm: Pick<PageRealm, 'clock' | 'isVisible' | 'onLife'>;
  /** Milliseconds between two pokes for all due work; read before each wait. */
  readonly interval: () => number;
  /**
   * Does due work, or with `onlyPending` only pending work, which asks no source. Undefined if the host can't be asked.
   */
  readonly poke: (onlyPending: boolean) => Promise<PokeResult | undefined>;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** The shortest wait between two pokes, in milliseconds, whatever the host asks for. */
const SHORTEST_WAIT_MS = 1_000;

/** The longest wait after a failed poke, in milliseconds: the obstacle, mostly a full disk, may soon be gone. */
const LONGEST_RETRY_MS = 60_000;

/** The longest wait of all, a day: a timer of more than 2^31 ms would fire at once. */
const LONGEST_WAIT_MS = 86_400_000;

/**
 * Pokes the host at the poll interval while the tab is visible, since a worker has no timers that last. If several
 * windows are visible, each pokes for itself. A poke too many reads a few times and writes nothing. A Web Lock, with
 * which they could agree on one of them, would keep the page out of Firefox's back/forward cache as long as it is held.
 *
 * @returns pokes soon for pending work that the host may be unable to resume by itself. The other pokes keep their time
 */
export function pollWhileVisible({ realm, interval, poke, signal }: PollOptions): () => void {
  const { clock } = realm;
  let isOn = false;
  /** Counts the times that the tab was hidden: a poke that is answered after it has no next one. */
  let turn = 0;
  /** Cancels the next poke; undefined during a poke. */
  let cancel: (() => void) | undefined;
  let failures = 0;
  let isHurried = false;
  /** When all due work is to be done next. */
  let allAt = Infinity;

  const comeBack = (wait: number): void => {
    cancel?.();
    const now = clock.now();
    // Never later than that, even if the clock was set back.
    allAt = Math.min(allAt, now + interval(), now + LONGEST_WAIT_MS);
    const soon = Math.max(SHORTEST_WAIT_MS, Math.min(wait, allAt - now));
    cancel = clock.schedule(soon, () => void tick(now + soon < allAt));
  };

  const tick = async (onlyPending: boolean): Promise<void> => {
    const mine = turn;
    cancel = undefined;
    isHurried = false;
    const result = await poke(onlyPending).catch(() => undefined);
    if (mine !== turn) return;
    failures = result === undefined ? failures + 1 : 0;
    const retry = failures === 0 ? Infinity : Math.min(LONGEST_RETRY_MS, SHORTEST_WAIT_MS * 2 ** (failures - 1));
    const retryAt = clock.now() + retry;
    const nextAt = Math.min(result?.nextAt ?? Infinity, retryAt);
    // The wait of pending work must not make sources be asked earlier.
    if (!onlyPending) allAt = retryAt;
    comeBack(isHurried ? 0 : nextAt - clock.now());
  };

  const begin = (): void => {
    if (isOn || signal.aborted || !realm.isVisible()) return;
    isOn = true;
    void tick(false);
  };
  const end = (): void => {
    cancel?.();
    isOn = false;
    turn += 1;
    failures = 0;
    allAt = Infinity;
  };

  realm.onLife('visibilitychange', () => (realm.isVisible() ? begin() : end()), signal);
  realm.onLife('pagehide', end, signal);
  realm.onLife('pageshow', begin, signal);
  signal.addEventListener('abort', end);
  begin();
  return () => {
    if (isHurried || !isOn) return;
    isHurried = true;
    // A poke in progress may have looked before the work came; then the next one follows soon after it.
    if (cancel !== undefined) comeBack(0);
  };
}
