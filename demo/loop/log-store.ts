import type { LogEvent } from 'nudgeloop';

/** A logged event, with a key that tells it from events that look the same. */
export interface LogLine {
  readonly key: string;
  readonly event: LogEvent;
}

/** The log as the page has seen it: a stopped worker forgets its own. */
export interface LogStore {
  /** Adds an event that was just heard. */
  add(event: LogEvent): void;
  /** Adds what a realm remembers: it contains events that were heard, and new ones, such as those of level debug. */
  merge(events: readonly LogEvent[]): void;
  /** Newest first. */
  lines(): readonly LogLine[];
}

const KEPT = 200;

export function createLogStore(): LogStore {
  let lines: (LogLine & { readonly order: number })[] = [];
  let order = 0;
  /**
   * How many events that look the same are known. Page and host have separate logs, so two may be alike and still
   * distinct.
   */
  const known = new Map<string, number>();

  const put = (event: LogEvent, look: string): void => {
    const nth = (known.get(look) ?? 0) + 1;
    known.set(look, nth);
    lines.push({ key: `${look}#${nth}`, event, order: (order += 1) });
  };
  const trim = (): void => {
    // If events share a millisecond, the order in which they were heard decides.
    lines.sort((a, b) => b.event.at - a.event.at || b.order - a.order);
    lines = lines.slice(0, KEPT);
  };

  return {
    add(event) {
      put(event, lookOf(event));
      trim();
    },
    merge(events) {
      const seen = new Map<string, number>();
      for (const event of events) {
        const look = lookOf(event);
        const nth = (seen.get(look) ?? 0) + 1;
        seen.set(look, nth);
        if (nth > (known.get(look) ?? 0)) put(event, look);
      }
      trim();
      // Forget what is neither shown nor remembered anywhere: it won't come again.
      const shown = new Set(lines.map(({ event }) => lookOf(event)));
      for (const look of known.keys()) if (!seen.has(look) && !shown.has(look)) known.delete(look);
    },
    lines: () => lines,
  };
}

function lookOf({ at, level, code, fields }: LogEvent): string {
  return `${at} ${level} ${code} ${JSON.stringify(fields ?? {})}`;
}
