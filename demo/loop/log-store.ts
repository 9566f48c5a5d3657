import type { LogEvent } from 'nudgeloop';

/** A logged event, and a key that tells it from others of the same look. */
export interface LogLine {
  readonly key: string;
  readonly event: LogEvent;
}

/** The log as the page has seen it: a stopped worker forgets its own. */
export interface LogStore {
  /** Takes an event that was just heard. */
  add(event: LogEvent): void;
  /** Takes what a realm remembers: heard ones are in it again, others (such as those of level debug) are new. */
  merge(events: readonly LogEvent[]): void;
  /** Newest first. */
  lines(): readonly LogLine[];
}

/** How many lines are kept. */
const KEPT = 200;

/** Makes an empty log. */
export function createLogStore(): LogStore {
  let lines: (LogLine & { readonly order: number })[] = [];
  let order = 0;
  /** How many events of one look are known. Page and host have logs of their own, so two may truly be alike. */
  const known = new Map<string, number>();

  const put = (event: LogEvent, look: string): void => {
    const nth = (known.get(look) ?? 0) + 1;
    known.set(look, nth);
    lines.push({ key: `${look}#${nth}`, event, order: (order += 1) });
  };
  const trim = (): void => {
    // Many events share a millisecond; then the order in which they were told decides.
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
      // What neither is shown nor remembered anywhere won't come again.
      const shown = new Set(lines.map(({ event }) => lookOf(event)));
      for (const look of known.keys()) if (!seen.has(look) && !shown.has(look)) known.delete(look);
    },
    lines: () => lines,
  };
}

function lookOf({ at, level, code, fields }: LogEvent): string {
  return `${at} ${level} ${code} ${JSON.stringify(fields ?? {})}`;
}
