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

/** Calls after which actions may rightly be gone, unless they were refused. */
export function removals(history: readonly HistoryEvent[]): Call[] {
  return callsOf(history).filter(({ invoke, end }) => {
    if (end?.type === 'fail') return false;
    if (invoke.op === 'suggestActions') return field(invoke, 'replaces') === true;
    return ['erase', 'resetHistory', 'import', 'deadLetters.discard'].includes(invoke.op);
  });
}

/** Whether what a call brought may rightly be gone: a removal ended, or may have taken effect, after it began. */
export function isRemoved(call: Call, gone: readonly Call[]): boolean {
  return gone.some(({ invoke, end }) => invoke.call !== call.invoke.call && (end === undefined || end.type === 'info' || end.seq > call.invoke.seq));
}

/** What the harness notes when it has destroyed or damaged the database itself. */
const DESTROYED: ReadonlySet<string> = new Set(['database destroyed', 'damaged', 'not mended by the browser']);

/** Whether somebody knew that a life of the database ended: a client was told, an app erased all, or the harness did it. */
export function wasToldOfLoss(history: readonly HistoryEvent[]): boolean {
  const isTold = history.some(({ type, op }) => (type === 'told' && (op === 'epoch.reset' || op === 'erased')) || (type === 'seen' && DESTROYED.has(op)));
  return isTold || callsOf(history).some(({ invoke, end }) => invoke.op === 'erase' && field(invoke, 'all') === true && end?.type !== 'fail');
}

/** A limit as each client asked for it when it opened a loop; the last one's is in force. */
export function askedLimits(history: readonly HistoryEvent[], loop: string, name: string, otherwise: number): number[] {
  const opened = history.filter((event) => event.type === 'invoke' && ['connect', 'loop'].includes(event.op) && (field(event, 'loop') ?? 'default') === loop);
  const asked = opened.map((event) => field(event, name)).map((limit) => (typeof limit === 'number' ? limit : otherwise));
  return asked.length === 0 ? [otherwise] : asked;
}

/** Whether any client asked for a limited history. */
export function isRetentionLimited(history: readonly HistoryEvent[]): boolean {
  return history.some(
    (event) =>
      event.type === 'invoke' &&
      event.op === 'connect' &&
      (field(event, 'retentionLimit') !== undefined || field(event, 'retentionWindow') !== undefined),
  );
}
