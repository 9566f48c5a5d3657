/** What is known of the time. Clocks are set by hand, run down, and jump. */
export interface SeenTime {
  /** The instant to compute ages from. */
  readonly trusted: number;
  /** When the clock was last read. */
  readonly seen: number;
  /** Since when the clock has been read without a gap. */
  readonly since: number;
}

/** If two readings are further apart, the clock may have been set in between. */
const GAP_MS = 3_600_000;

/** How long a clock must run evenly until it is trusted. */
const SETTLED_MS = 600_000;

/**
 * What is known of the time after one more reading of the clock. A gap may be a night, or a clock that jumped by a year;
 * nothing tells them apart. So after a gap the clock is trusted once it has run evenly for ten minutes, or at the next
 * gap. Things expire a little later because of that, and no single jump makes them expire at once.
 *
 * @param before null before the first reading
 * @param now epoch milliseconds
 */
export function nextTime(before: SeenTime | null, now: number): SeenTime {
  if (before === null) return { trusted: now, seen: now, since: now };
  const { trusted, seen, since } = before;
  if (now < seen) return { trusted: Math.min(trusted, now), seen: now, since: now };
  if (now - seen > GAP_MS) return { trusted: seen, seen: now, since: now };
  // A clock that runs on evenly from a trusted time stays trusted.
  const isSettled = since <= trusted || now - since >= SETTLED_MS;
  return { trusted: isSettled ? now : trusted, seen: now, since };
}
