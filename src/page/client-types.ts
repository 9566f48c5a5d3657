import type { NudgeloopErrorData } from '../errors.ts';
import type { LogEvent } from '../log/log.ts';
import type { ActionInput } from '../model/action.ts';
import type { LoopExport } from '../model/export-schema.ts';
import type { GoalInput, GoalState } from '../model/goal.ts';
import type { DeadLetters } from '../model/dead-letters.ts';
import type { HistoryRange } from '../model/history-range.ts';
import type { HistoryEntry, LoopInspection } from '../model/inspection.ts';
import type { Nudge, Suggestion } from '../model/nudge.ts';
import type { EraseReceipt, Hello, PokeResult, Receipt } from '../protocol/api.ts';
import type { LoopOptions } from './loop-options.ts';

/** What a client tells its listeners, and with what. */
export interface NudgeloopEvents {
  /** Advice. Each nudge comes once to each client, oldest first; those of before the first listener come to it. */
  readonly nudge: Nudge;
  /**
   * Nudges were acknowledged, in this tab or another, or are found gone from the outbox when the page comes back: take
   * them off the screen.
   */
  readonly acknowledged: { readonly loop: string; readonly seqs: readonly number[] };
  /** Something of the loop was changed, in any tab; read again what you show. */
  readonly changed: { readonly loop: string; readonly revision: number };
  /** The loop, or with null every loop, was erased, in this tab or another. */
  readonly erased: { readonly loop: string | null };
  /** The browser destroyed the database and it was begun anew: the history is gone, and so are the nudges of before. */
  readonly 'epoch.reset': { readonly previous: string; readonly epoch: string };
  /** `waiting`: a new worker waits until the app's pages are closed. `needed`: page and worker are too far apart. */
  readonly update: { readonly reason: 'waiting' | 'needed' };
  /** Something was logged, by the page or by the host. */
  readonly log: LogEvent;
  /** `state()` changed. */
  readonly status: ClientState;
}

/** How a client stands, as a value that is replaced when it changes: two equal references mean no change. */
export interface ClientState {
  readonly loop: string;
  /** `failed` is not final: the next call tries to connect again. On a server it stays `connecting`, so that what is rendered there suits the browser. */
  readonly phase: 'connecting' | 'ready' | 'failed' | 'disposed';
  /** Where the loop runs; null before it is known. */
  readonly host: 'service-worker' | 'page' | null;
  /** Why the page hosts the loop, such as `http-error` or `insecure`; null while the worker does. */
  readonly fallbackReason: string | null;
  /** False when nothing survives a restart; null before it is known. */
  readonly durable: boolean | null;
  /** The identity of this life of the database; null before it is known. */
  readonly epoch: string | null;
  /** True once an `update` event came. */
  readonly updateReady: boolean;
  /**
   * True once `worker.stale` was logged: the worker's script was left behind at an update of the package. Copy it again with
   * `npx nudgeloop init`, or where your bundler brings it, build and deploy anew; `inspect().host.build` tells the worker's build.
   */
  readonly workerStale: boolean;
  /** The goal as this client set it last; null when it did not. */
  readonly goalState: GoalState | null;
  /** Nudges that were delivered to this client and not acknowledged by anybody; the newest 100. Of more, older ones come once half of these went. */
  readonly unacknowledged: readonly Nudge[];
  /** Why the phase is `failed`; null otherwise. */
  readonly error: NudgeloopErrorData | null;
}

/** Everything that can be seen of a loop at one instant. */
export interface Inspection {
  readonly client: ClientState;
  readonly host: Hello;
  readonly loop: LoopInspection;
  readonly log: { readonly page: readonly LogEvent[]; readonly host: readonly LogEvent[] };
}

/**
 * One loop as an app uses it. Every method may be called at once: what comes before the connection waits for it.
 * Every promise settles, and every rejection is a `NudgeloopError`. Beside the codes that a method names, each may reject with
 * `call.timeout`, `client.disposed`, `update.needed`, `worker.unavailable`, `storage.blocked`, `storage.newer` or `storage.failed`, and with
 * what the greeting of a loop is refused with: `strategy.unknown` or `options.invalid`, where the worker knows no such strategy, or offers no such
 * loop. `call.refused` and `message.invalid` come from a worker of another version, or of a loop whose state somebody spoiled, `queue.full` from one
 * that has too many calls under way, `internal` from a defect. What stores something may be refused with `storage.quota`, and
 * with `epoch.reset` where the loop was erased while an answer was awaited that was lost, or very late: what the call may have done is gone with the loop.
 *
 * @example
 * ```ts
 * import { createNudgeloop, type LoopClient } from 'nudgeloop';
 *
 * const loop: LoopClient = createNudgeloop({ goalState: { steps: 10_000 } });
 * const stop = loop.on('nudge', async (nudge) => {
 *   console.log('Next time, try', nudge.suggestions[0]?.['steps']);
 *   await loop.acknowledge(nudge);
 * });
 * const { durable } = await loop.record({ steps: 4_200 });
 * const today = await loop.history({ from: new Date().setHours(0, 0, 0, 0) });
 * console.log(durable, today.length);
 * stop();
 * ```
 */
export interface LoopClient {
  /** The loop's name. */
  readonly name: string;
  /**
   * The first opening: fulfils when the loop can be used, and stays rejected if that failed. The next call tries again, of which `on('status')`
   * tells. It need not be awaited or caught.
   */
  readonly ready: Promise<Hello>;
  /**
   * Records one action, or a list of them, which is taken as a whole or not at all. They are checked and copied at the call; a field that is
   * `undefined` is left out, as in JSON. When the promise fulfils they are stored
   * (durably, unless the receipt says otherwise), exactly once, however often the message had to be sent, and in the
   * order of the calls.
   *
   * @throws NudgeloopError `action.invalid`, `queue.full`, `storage.quota`, or `strategy.failed` where a trusted strategy throws (nothing was taken),
   * `call.timeout` (see `details.sent`)
   */
  record(actions: ActionInput | readonly ActionInput[]): Promise<Receipt>;
  /**
   * Sets what to steer toward. Another goal than before judges the latest action anew; an equal one does nothing. Only numbers are steered
   * toward; other fields, text that is a number too, are carried along with each nudge. A strategy that fails `maxAttempts` times at a changed
   * goal is not asked again before the next action (`goal.given-up` in the log). It replaces the goal before, and a target that is `undefined` is left
   * out, as in JSON: `{ steps: undefined }` steers toward nothing.
   *
   * @throws NudgeloopError `goal.invalid`, or `strategy.failed` where a trusted strategy throws
   */
  setGoalState(goalState: GoalInput): Promise<{ readonly changed: boolean }>;
  /**
   * Asks for suggestions directly, as the original loop's method of that name does: it answers suggestions for `actions`,
   * and appends these to the history. **A `history` that is not empty replaces the stored one; what was recorded is
   * gone.** Pass `[]` to go on from what is stored; what a strategy of the app's own has yet to judge of it is waited for,
   * up to `strategyDeadline`, so that both fit into nine seconds: four by default. A slow strategy's suggestion takes effect when it is answered: what was recorded meanwhile
   * stays, and where the history was reset or imported meanwhile, nothing of it is stored. It is never sent twice, so a worker that dies meanwhile means
   * `call.timeout`.
   *
   * @throws NudgeloopError `action.invalid`, `strategy.failed`, `strategy.timeout`, `strategy.unknown`, `storage.quota`; `epoch.reset` when the loop
   * was erased, or its database lost, while the strategy was asked: nothing was taken
   */
  suggestActions(history: readonly ActionInput[], actions: readonly ActionInput[]): Promise<readonly Suggestion[]>;
  /**
   * Reads retained actions, oldest first.
   *
   * @throws NudgeloopError `message.invalid` when the range is none
   */
  history(range?: HistoryRange): Promise<readonly HistoryEntry[]>;
  /** Reads the nudges that nobody acknowledged yet, oldest first, at most 1,000; whether delivered or not. */
  nudges(): Promise<readonly Nudge[]>;
  /**
   * Marks nudges as dealt with, in all tabs.
   *
   * @returns how many this call acknowledged; one that another tab had done before is not counted
   * @throws NudgeloopError `message.invalid` for what is no nudge of this loop, or for more than 10,000
   */
  acknowledge(nudges: Nudge | readonly Nudge[]): Promise<number>;
  /**
   * Empties the history; returns how many actions were removed. Goal and settings stay, and so do pending actions, dead letters and
   * the nudges that nobody acknowledged: to forget everything, `erase`.
   */
  resetHistory(): Promise<number>;
  /** Reads goal, history, the last analysis, pending actions and the cursors of sources as JSON; neither nudges nor dead letters. */
  export(): Promise<LoopExport>;
  /**
   * Replaces goal, history and analysis by an export's, and adds its pending actions to those that are pending here: the same file once more
   * brings them once more. Where the file has the cursors of sources, it replaces them too. Nudges and dead letters stay; where room is short,
   * the oldest nudges give way.
   *
   * @returns how many actions the file brought, those of its history and those that are pending together; what the retention does not keep is
   * counted too
   *
   * @throws NudgeloopError `message.invalid`, `action.invalid`, `goal.invalid`, `queue.full` or `storage.quota`; nothing is changed
   */
  import(data: unknown): Promise<number>;
  /** The actions at which a strategy failed too often: to be listed, retried or discarded. */
  readonly deadLetters: DeadLetters;
  /** How the client stands. Cheap, without a call; the same reference until it changes. */
  state(): ClientState;
  /** Reads what is stored, for inspectors. */
  inspect(): Promise<Inspection>;
  /**
   * Listens. A listener that throws is reported as `listener.failed` and as an uncaught error; it harms no other.
   *
   * @returns takes the listener off
   * @throws NudgeloopError `queue.full` when the event has `listenerLimit` listeners
   */
  on<Name extends keyof NudgeloopEvents>(event: Name, listener: (payload: NudgeloopEvents[Name]) => void): () => void;
  /**
   * Removes this loop, or with `all` every loop of the database, in all tabs. No goal is set afterwards, until `setGoalState` or the
   * next page load. It is never sent twice: where it rejects, nothing is known to be gone. Call it again: that takes what
   * was recorded since, too, and does no other harm.
   *
   * @throws NudgeloopError `message.invalid` when `all` is neither true nor false
   * @returns what was removed
   */
  erase(options?: { readonly all?: boolean | undefined }): Promise<EraseReceipt>;
  /** Does what is due now instead of at the next poll, and reads the nudges that a `GoalFeedbackWorker` over the same database stored. */
  poke(): Promise<PokeResult>;
}

/** The client of a page: its first loop, and the way to others. */
export interface NudgeloopClient extends LoopClient {
  /**
   * Another loop of the same database, over the same connection. The same name gives the same object; options are
   * taken at the first time, and count whole: one that is left out has its default, whatever another page set.
   *
   * @throws NudgeloopError `options.invalid` or `goal.invalid`
   */
  loop(name: string, options?: LoopOptions): LoopClient;
  /** Ends the client: listeners, channel and locks go, waiting calls reject with `client.disposed`. The loop lives on. */
  dispose(): void;
}
