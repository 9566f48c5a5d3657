import { callsOf, type HistoryEvent, type Json } from '../history.ts';

/** A call and its end. */
export interface Call {
  readonly invoke: HistoryEvent;
  readonly end: HistoryEvent | undefined;
}

/** An action that was passed to a call. */
export interface Given extends Call {
  readonly n: number;
  /** Its index within the call. */
  readonly index: number;
}

/** Calls that bring actions. */
const TAKING: ReadonlySet<string> = new Set(['record', 'suggestActions', 'import']);

/** Every action that was passed to any call, in the order of the calls. */
export function givenActions(history: readonly HistoryEvent[]): Given[] {
  return callsOf(history)
    .filter(({ invoke }) => TAKING.has(invoke.op))
    .flatMap((call) => (call.invoke.ids ?? []).map((n, index) => ({ ...call, n, index })));
}

/** A field of an event's value; undefined if there is none. */
export function field(event: HistoryEvent | undefined, name: string): Json | undefined {
  const value = event?.value;
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, Json>)[name] : undefined;
}

/** A field as text. */
export function textOf(event: HistoryEvent, name: string): string {
  const value = field(event, name);
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

/** The loop that a call is about: the one that it names, otherwise the one that its client connected to. */
export function loopOf({ invoke }: Pick<Call, 'invoke'>, history: readonly HistoryEvent[]): string {
  const own = field(invoke, 'loop');
  if (typeof own === 'string') return own;
  const connected = history.find(({ type, op, actor }) => type === 'invoke' && op === 'connect' && actor === invoke.actor);
  const loop = field(connected, 'loop');
  return typeof loop === 'string' ? loop : 'default';
}

/** An action by its loop and its number: an import may bring the same number into another loop. */
export function keyOf({ loop, n }: { readonly loop: string; readonly n: unknown }): string {
  return `${loop} ${String(n)}`;
}

/**
 * From when on no call in progress can bring an action into its loop any more, by `keyOf`: the place of the last end of
 * the calls that brought it. Infinity while one of them is open.
 */
export function settledAt(history: readonly HistoryEvent[]): ReadonlyMap<string, number> {
  const settled = new Map<string, number>();
  for (const given of givenActions(history)) {
    if (given.end?.type === 'fail') continue;
    const key = keyOf({ loop: loopOf(given, history), n: given.n });
    const at = given.end?.type === 'ok' ? given.end.seq : Infinity;
    settled.set(key, Math.max(settled.get(key) ?? 0, at));
  }
  return settled;
}

/** Counts each call once: a resent message has the same client's number, and brings nothing more. */
export function givings<T extends Call & { readonly index?: number }>(calls: readonly T[]): T[] {
  const seen = new Set<string>();
  return calls.filter(({ invoke, index = 0 }) => {
    const order = field(invoke, 'order');
    if (order === undefined) return true;
    const key = `${invoke.actor} ${JSON.stringify(order)} ${(invoke.ids ?? []).join()} ${index}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Calls after which actions may rightly be gone, unless they were refused. */
export function removals(history: readonly HistoryEvent[]): Call[] {
  return callsOf(history).filter(({ invoke, end }) => {
    if (end?.type === 'fail') return false;
    if (invoke.op === 'suggestActions') return field(invoke, 'replaces') === true;
    return ['erase', 'resetHistory', 'import', 'deadLetters.discard'].includes(invoke.op);
  });
}

/** Whether an erasure affects a loop. */
export function isErasureOf(loop: string, call: Call, history: readonly HistoryEvent[]): boolean {
  return call.invoke.op === 'erase' && (field(call.invoke, 'all') === true || loopOf(call, history) === loop);
}

/**
 * How long a worker holds a call back for an older one that is missing, in milliseconds. After that, the younger one may
 * go first.
 */
const HELD_MS = 21_000;

/**
 * Whether a removal was in progress when an action was passed, but took effect before it: the calls of one client to
 * one loop take effect in order. A client's loops connect separately, so of two loops either may come first.
 */
function isAhead(removal: Call, given: Given, history: readonly HistoryEvent[]): boolean {
  const { invoke, end } = removal;
  const isOfSame = invoke.actor === given.invoke.actor && invoke.seq < given.invoke.seq && loopOf(removal, history) === loopOf(given, history);
  // The end is noted by the page's clock, which a row may have set: then nothing is known either.
  return isOfSame && end?.type === 'ok' && Math.abs(end.t - invoke.t) < HELD_MS;
}

/**
 * Whether an action may rightly be gone: a removal that affects it ended, or may have taken effect, after the action
 * was passed, and the same client had not requested it before.
 *
 * @param isKept whether something is left that the removal would also have taken, if it came after the action
 */
export function isRemoved(given: Given, gone: readonly Call[], history: readonly HistoryEvent[], isKept: (removal: Call) => boolean): boolean {
  const loop = loopOf(given, history);
  const reaches = (removal: Call): boolean => {
    const { invoke } = removal;
    if (invoke.op === 'deadLetters.discard') return invoke.ids?.includes(given.n) === true;
    return isErasureOf(loop, removal, history) || loopOf(removal, history) === loop;
  };
  return gone.some((removal) => {
    const { invoke, end } = removal;
    const isLater = end === undefined || end.type === 'info' || end.seq > given.invoke.seq;
    return invoke.call !== given.invoke.call && isLater && reaches(removal) && !isAhead(removal, given, history) && !isKept(removal);
  });
}

/** What the harness notes after it has destroyed or damaged the database itself. */
const DESTROYED: ReadonlySet<string> = new Set(['database destroyed', 'damaged', 'not mended by the browser']);

/**
 * Whether the harness destroyed or damaged the database. What the product says about that excuses nothing: it may have
 * caused it.
 */
export function isDestroyed(history: readonly HistoryEvent[]): boolean {
  return history.some(({ type, op }) => type === 'seen' && DESTROYED.has(op));
}

/** Whether something was only kept in memory for a while and is gone with its worker, as the receipts say. */
export function isVolatile(history: readonly HistoryEvent[]): boolean {
  return history.some((event) => event.type === 'ok' && field(event, 'durable') === false);
}

/** Whether the harness ended a life of the database, or an app erased everything. */
export function hasLifeEnded(history: readonly HistoryEvent[]): boolean {
  return isDestroyed(history) || callsOf(history).some(({ invoke, end }) => invoke.op === 'erase' && field(invoke, 'all') === true && end?.type !== 'fail');
}

/** What opened a loop, with its options: the connections of clients, and calls that open another loop over them. */
export function openings(history: readonly HistoryEvent[], loop: string): HistoryEvent[] {
  return history.filter((event) => event.type === 'invoke' && ['connect', 'loop'].includes(event.op) && (field(event, 'loop') ?? 'default') === loop);
}

/** The limits that clients asked for when they opened a loop. The last one is in force. */
export function askedLimits(history: readonly HistoryEvent[], loop: string, name: string, otherwise: number): number[] {
  const asked = openings(history, loop).map((event) => field(event, name)).map((limit) => (typeof limit === 'number' ? limit : otherwise));
  return asked.length === 0 ? [otherwise] : asked;
}

/**
 * Whether actions of a loop may have been pruned: some client asked for it by age, or by a number that was reached.
 *
 * @param passed how many actions came into its history
 */
export function isPruned(history: readonly HistoryEvent[], loop: string, passed: number): boolean {
  return openings(history, loop).some((event) => field(event, 'retentionWindow') !== undefined || passed > Number(field(event, 'retentionLimit') ?? Infinity));
}
