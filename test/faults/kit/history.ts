/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * The kind of an event. `invoke`: a call started. `ok` and `fail`: how it ended. `info`: it ended without an answer, so
 * it may have taken effect once or not at all. `told`: a client told its app something. `seen`: the harness, a worker
 * or the server noticed something.
 */
export type EventType = 'invoke' | 'ok' | 'fail' | 'info' | 'told' | 'seen';

/** One line of a history. */
export interface HistoryEvent {
  /** Its place in the history. */
  readonly seq: number;
  /** When, in epoch milliseconds of this machine, whether noted in Node, a page or a worker. */
  readonly t: number;
  /** Who: a client (`tab-1`, or `tab-1/2` after it reconnected), a worker's boot, `server`, `harness`. */
  readonly actor: string;
  readonly type: EventType;
  /** Pairs an `invoke` with its end; 0 for anything that is not a call. */
  readonly call: number;
  /** The call's name; for `told` the client's event, for `seen` what was noticed. */
  readonly op: string;
  /** The unique numbers of the actions that the call is about. */
  readonly ids?: readonly number[];
  /** The error's code; for `info` also `gone` (the tab died) and `hung` (no end in time). */
  readonly code?: string;
  /** What was passed, answered or told. */
  readonly value?: Json;
  /** The life of the database, as the client knew it. */
  readonly epoch?: string;
  /** Milliseconds that the call may take. */
  readonly deadline?: number;
}

/** The end of a call. */
export type EndType = 'ok' | 'fail' | 'info';

/** Codes of calls that end without a verdict: they may have taken effect once, or not at all. */
const OPEN_CODES: ReadonlySet<string> = new Set(['call.timeout', 'client.disposed', 'internal', 'gone', 'hung']);

/**
 * Whether an error says that nothing happened (`fail`) or leaves that open (`info`): by its code, or because the disk
 * failed in the middle of a commit.
 */
export function endOf(code: string, error?: unknown): 'fail' | 'info' {
  const isTorn = code === 'storage.failed' && (error as { details?: { seen?: unknown } } | undefined)?.details?.seen === 'UnknownError';
  return isTorn || OPEN_CODES.has(code) ? 'info' : 'fail';
}

/**
 * The deadlines that a connection may take, one after the other: to find the worker, its hello, to load the fallback,
 * its hello, and the goal.
 */
const CONNECTING = 5;

/**
 * How many of the client's deadlines a call may take. Calls made before the connection is ready wait for all of these.
 */
export function deadlinesOf(op: string, isConnecting: boolean): number {
  if (op === 'connect') return CONNECTING;
  return isConnecting ? CONNECTING + 1 : 1;
}

/** A growing history, outside the browser, where no fault reaches it. */
export class History {
  readonly #events: HistoryEvent[] = [];
  #calls = 0;

  /** Everything that happened so far, in order. */
  get events(): readonly HistoryEvent[] {
    return this.#events;
  }

  /** Notes an event. `t` defaults to now. */
  note(event: Omit<HistoryEvent, 'seq' | 't'> & { readonly t?: number }): HistoryEvent {
    const noted = { t: Date.now(), ...event, seq: this.#events.length };
    this.#events.push(noted);
    return noted;
  }

  /**
   * Notes the start of a call.
   *
   * @returns its number
   */
  invoke(event: Pick<HistoryEvent, 'actor' | 'op' | 'ids' | 'value' | 'deadline'>): number {
    this.#calls += 1;
    this.note({ ...event, type: 'invoke', call: this.#calls });
    return this.#calls;
  }
}

/** The calls of a history with their ends, in the order of their starts. */
export function callsOf(events: readonly HistoryEvent[]): { readonly invoke: HistoryEvent; readonly end: HistoryEvent | undefined }[] {
  const ends = new Map<number, HistoryEvent>();
  for (const event of events) {
    if (event.type === 'ok' || event.type === 'fail' || event.type === 'info') ends.set(event.call, event);
  }
  return events.filter(({ type }) => type === 'invoke').map((invoke) => ({ invoke, end: ends.get(invoke.call) }));
}
