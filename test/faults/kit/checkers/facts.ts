import { callsOf, type HistoryEvent, type Json } from '../history.ts';

/** A call with its end. */
export interface Call {
  readonly invoke: HistoryEvent;
  readonly end: HistoryEvent | undefined;
}

/** An action as it was given to a call. */
export interface Given extends Call {
  readonly n: number;
  /** Its place among the call's own. */
  readonly index: number;
}

/** Calls that take actions in. */
const TAKING: ReadonlySet<string> = new Set(['record', 'suggestActions', 'import']);

/** Every action that any call was given, in the order of the calls. */
export function givenActions(history: readonly HistoryEvent[]): Given[] {
  return callsOf(history)
    .filter(({ invoke }) => TAKING.has(invoke.op))
    .flatMap((call) => (call.invoke.ids ?? []).map((n, index) => ({ ...call, n, index })));
}

/** A field of an event's value; undefined when there is none. */
export function field(event: HistoryEvent | undefined, name: string): Json | undefined {
  const value = event?.value;
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, Json>)[name] : undefined;
}

/** The same, as text. */
export function textOf(event: HistoryEvent, name: string): string {
  const value = field(event, name);
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

/** Which loop a call is about: the one that it names, else that with which its client connected. */
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
 * From when on nothing under way can bring an action into its loop any more, by `keyOf`: the place of the last end of the calls that gave it
 * there. Infinity while one of them is open.
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

/** Each giving once: a copy of a message, which has its client's number for it, gives nothing more. */
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

/** Whether an erasure reaches a loop. */
export function isErasureOf(loop: string, call: Call, history: readonly HistoryEvent[]): boolean {
  return call.invoke.op === 'erase' && (field(call.invoke, 'all') === true || loopOf(call, history) === loop);
}

/** How long a worker holds a call back for an older one that was lost, in milliseconds: beyond that the younger one may go first. */
const HELD_MS = 3_500;

/**
 * Whether a removal was under way when an action was given, and yet came before it: calls of one client to one loop take effect in
 * their order. A client's own loops are connected each for itself, so that of two loops either may come first.
 */
function isAhead(removal: Call, given: Given, history: readonly HistoryEvent[]): boolean {
  const { invoke, end } = removal;
  const isOfSame = invoke.actor === given.invoke.actor && invoke.seq < given.invoke.seq && loopOf(removal, history) === loopOf(given, history);
  // The end is noted by the clock of the page, which a row may have set: then nothing is known either.
  return isOfSame && end?.type === 'ok' && Math.abs(end.t - invoke.t) < HELD_MS;
}

/**
 * Whether an action may rightly be gone: a removal that reaches it ended, or may have taken effect, after it was given, and was not asked
 * for before it by the same client.
 *
 * @param isKept whether something is left that the removal, if it came after the action, would have taken too
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

/** What the harness notes when it has destroyed or damaged the database itself. */
const DESTROYED: ReadonlySet<string> = new Set(['database destroyed', 'damaged', 'not mended by the browser']);

/** Whether the harness destroyed or damaged the database. What the product says of that excuses nothing: it may be its own doing. */
export function isDestroyed(history: readonly HistoryEvent[]): boolean {
  return history.some(({ type, op }) => type === 'seen' && DESTROYED.has(op));
}

/** Whether something was kept in memory for a while, which goes with its worker, as the receipts say. */
export function isVolatile(history: readonly HistoryEvent[]): boolean {
  return history.some((event) => event.type === 'ok' && field(event, 'durable') === false);
}

/** Whether a life of the database ended by the harness, or since an app erased all. */
export function hasLifeEnded(history: readonly HistoryEvent[]): boolean {
  return isDestroyed(history) || callsOf(history).some(({ invoke, end }) => invoke.op === 'erase' && field(invoke, 'all') === true && end?.type !== 'fail');
}

/** What opened a loop, with its options: the connections of clients, and calls for another loop over them. */
export function openings(history: readonly HistoryEvent[], loop: string): HistoryEvent[] {
  return history.filter((event) => event.type === 'invoke' && ['connect', 'loop'].includes(event.op) && (field(event, 'loop') ?? 'default') === loop);
}

/** A limit as each client asked for it when it opened a loop; the last one's is in force. */
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
