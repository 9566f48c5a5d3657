/** What is known of the time: clocks are set by hand, run down, and jump. */
export interface SeenTime {
  /** Things may be taken to be as old as they are at this instant, and not older. */
  readonly trusted: number;
  /** When the clock was read last. */
  readonly seen: number;
  /** Since when the clock was read without a gap. */
  readonly since: number;
}

/** Between two readings further apart than this, the clock may have been set. */
const GAP_MS = 3_600_000;

/** How long a clock has to go on evenly until it is believed. */
const SETTLED_MS = 600_000;

/**
 * Takes note of the clock. A gap may be a night or a clock that jumped by a year, and nothing tells them apart; so what
 * the clock says after one is believed when it has gone on for ten minutes, or at the next gap. Whatever expires by age
 * goes a little later for that, and no single jump makes it go at once.
 *
 * @param now epoch milliseconds
 * @returns the instant to reckon ages from
 */
export function noteTime(state: { time: SeenTime | null }, now: number): number {
  const time = nextTime(state.time, now);
  state.time = time;
  return time.trusted;
}

/** What is known of the time after one more reading. */
export function nextTime(before: SeenTime | null, now: number): SeenTime {
  if (before === null) return { trusted: now, seen: now, since: now };
  const { trusted, seen, since } = before;
  if (now < seen) return { trusted: Math.min(trusted, now), seen: now, since: now };
  if (now - seen > GAP_MS) return { trusted: seen, seen: now, since: now };
  // As long as the clock goes on evenly from where it was believed, it is believed.
  const isSettled = since <= trusted || now - since >= SETTLED_MS;
  return { trusted: isSettled ? now : trusted, seen: now, since };
}
