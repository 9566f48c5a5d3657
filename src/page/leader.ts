import type { PokeResult } from '../protocol/api.ts';
import type { PageRealm } from './page-realm.ts';

/** Options of `createLeader`. */
export interface LeaderOptions {
  /** The Web Lock that the one poking tab holds. */
  readonly lock: string;
  readonly realm: Pick<PageRealm, 'clock' | 'isVisible' | 'locks' | 'onLife'>;
  /** Milliseconds between two pokes; asked before each wait. */
  readonly interval: () => number;
  /** Does what is due; undefined when it could not be asked. */
  readonly poke: () => Promise<PokeResult | undefined>;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** The shortest wait between two pokes, in milliseconds, whatever the host asks for. */
const SHORTEST_WAIT_MS = 1_000;

/** The longest wait after a poke that failed, in milliseconds: what was in the way, a full disk mostly, may soon be gone. */
const LONGEST_RETRY_MS = 60_000;

/** The longest at all, a day: a timer of more than 2^31 ms would fire at once. */
const LONGEST_WAIT_MS = 86_400_000;

/**
 * Pokes the host at the poll interval, since a worker has no timers that last. Of all visible tabs one does it; hidden
 * ones have let go of the lock, so that a frozen tab can't keep it. Without Web Locks each visible tab pokes: a poke
 * too many reads once and writes nothing.
 */
export function createLeader({ lock, realm, interval, poke, signal }: LeaderOptions): void {
  const { clock, locks } = realm;
  let term: AbortController | undefined;

  /** Pokes until the term ends. */
  const lead = (end: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      let cancel = (): void => undefined;
      let failures = 0;
      end.addEventListener('abort', () => {
        cancel();
        resolve();
      });
      const tick = async (): Promise<void> => {
        const result = await poke().catch(() => undefined);
        if (end.aborted) return;
        failures = result === undefined ? failures + 1 : 0;
        const retry = failures === 0 ? Infinity : Math.min(LONGEST_RETRY_MS, SHORTEST_WAIT_MS * 2 ** (failures - 1));
        const due = (result?.nextAt ?? Infinity) - clock.now();
        const wait = Math.min(interval(), due, retry, LONGEST_WAIT_MS);
        cancel = clock.schedule(Math.max(SHORTEST_WAIT_MS, wait), () => void tick());
      };
      void tick();
    });

  const stand = (): void => {
    if (term !== undefined || signal.aborted || !realm.isVisible()) return;
    const { signal: end } = (term = new AbortController());
    const leading = locks === undefined ? lead(end) : locks.request(lock, { signal: end }, () => lead(end));
    // Rejects when the term ends while the tab still waits for the lock.
    Promise.resolve(leading).catch(() => undefined);
  };
  const retire = (): void => {
    // Waiting for a lock would throw the page out of the back/forward cache just as holding it.
    term?.abort();
    term = undefined;
  };

  realm.onLife('visibilitychange', () => (realm.isVisible() ? stand() : retire()), signal);
  realm.onLife('pagehide', retire, signal);
  realm.onLife('pageshow', stand, signal);
  signal.addEventListener('abort', retire);
  stand();
}
