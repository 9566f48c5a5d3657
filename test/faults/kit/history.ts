/** A value as JSON holds it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * What an event is. `invoke`: a call began. `ok` and `fail`: how it ended. `info`: it ended without an answer, so it may
 * have happened once or not at all. `told`: a client told its app something. `seen`: the harness, a worker or the server
 * noticed something.
 */
export type EventType = 'invoke' | 'ok' | 'fail' | 'info' | 'told' | 'seen';

/** One line of a history. */
export interface HistoryEvent {
  /** Its place in the history. */
  readonly seq: number;
  /** When, in epoch milliseconds of this machine, be it noted in Node, a page or a worker. */
  readonly t: number;
  /** Who: a client (`tab-1`, and `tab-1/2` after it connected anew), a worker's boot, `server`, `harness`. */
  readonly actor: string;
  readonly type: EventType;
  /** Pairs an `invoke` with its end; 0 for what is no call. */
  readonly call: number;
  /** The call's name; of a `told` event, the client event's; of a `seen` one, what was seen. */
  readonly op: string;
  /** The unique numbers of the actions that the call is about. */
  readonly ids?: readonly number[];
  /** The error's code; of an `info` also `gone` (the tab died) and `hung` (it had no end in time). */
  readonly code?: string;
  /** What was given, answered or told. */
  readonly value?: Json;
  /** The life of the database as the client knew it. */
  readonly epoch?: string;
  /** Milliseconds that the call may take. */
  readonly deadline?: number;
}

/** The end of a call. */
export type EndType = 'ok' | 'fail' | 'info';

/** Codes with which a call ends without a verdict: it may have happened once, or not at all. */
const OPEN_CODES: ReadonlySet<string> = new Set(['call.timeout', 'client.disposed', 'internal', 'gone', 'hung']);

/**
 * Whether an error says that nothing happened (`fail`) or leaves that open (`info`): by its code, or since the disk failed in the
 * middle of a commit.
 */
export function endOf(code: string, error?: unknown): 'fail' | 'info' {
  const isTorn = code === 'storage.failed' && (error as { details?: { seen?: unknown } } | undefined)?.details?.seen === 'UnknownError';
  return isTorn || OPEN_CODES.has(code) ? 'info' : 'fail';
}

/**
 * Deadlines that connecting may take, one after the other: to find the worker, for its hello, to load what stands in for it, for the hello of that,
 * and for the goal.
 */
const CONNECTING = 5;

/** How many of the client's deadlines a call may take. What is called before the connection stands waits for all of that. */
export function deadlinesOf(op: string, isConnecting: boolean): number {
  if (op === 'connect') return CONNECTING;
  return isConnecting ? CONNECTING + 1 : 1;
}

/** A history in the making, outside the browser, where no fault reaches it. */
export class History {
  readonly #events: HistoryEvent[] = [];
  #calls = 0;

  /** All that happened so far, in order. */
  get events(): readonly HistoryEvent[] {
    return this.#events;
  }

  /** Notes an event; `t` is now unless it is given. */
  note(event: Omit<HistoryEvent, 'seq' | 't'> & { readonly t?: number }): HistoryEvent {
    const noted = { t: Date.now(), ...event, seq: this.#events.length };
    this.#events.push(noted);
    return noted;
  }

  /** Notes the beginning of a call, and gives its number. */
  invoke(event: Pick<HistoryEvent, 'actor' | 'op' | 'ids' | 'value' | 'deadline'>): number {
    this.#calls += 1;
    this.note({ ...event, type: 'invoke', call: this.#calls });
    return this.#calls;
  }
}

/** The calls of a history, each with its end, in the order of their beginning. */
export function callsOf(events: readonly HistoryEvent[]): { readonly invoke: HistoryEvent; readonly end: HistoryEvent | undefined }[] {
  const ends = new Map<number, HistoryEvent>();
  for (const event of events) {
    if (event.type === 'ok' || event.type === 'fail' || event.type === 'info') ends.set(event.call, event);
  }
  return events.filter(({ type }) => type === 'invoke').map((invoke) => ({ invoke, end: ends.get(invoke.call) }));
}
