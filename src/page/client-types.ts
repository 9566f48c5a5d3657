import type { NudgeloopErrorData } from '../errors.ts';
import type { LogEvent } from '../log/log.ts';
import type { ActionInput } from '../model/action.ts';
import type { DeadLetters } from '../model/dead-letters.ts';
import type { LoopExport } from '../model/export-format.ts';
import type { GoalInput, GoalState } from '../model/goal.ts';
import type { HistoryRange } from '../model/history-range.ts';
import type { HistoryEntry, LoopInspection } from '../model/inspection.ts';
import type { Nudge, Suggestion } from '../model/nudge.ts';
import type { AnyShapes, LoopShapes } from '../model/shapes.ts';
import type { EraseReceipt, Hello, PokeResult, Receipt } from '../protocol/api.ts';
import type { LoopOptions } from './loop-options.ts';

/** The events of a client, with the payload that listeners get. */
export interface NudgeloopEvents<Shapes extends LoopShapes = AnyShapes> {
  /**
   * A new nudge. Each client gets each nudge once, oldest first. The first listener also gets those that came before
   * it.
   */
  readonly nudge: Nudge<Shapes>;
  /**
   * Nudges were acknowledged, in this tab or another, or were gone from the outbox when the page came back. Take them
   * off the screen.
   */
  readonly acknowledged: { readonly loop: string; readonly seqs: readonly number[] };
  /** Something in the loop changed, in any tab. Read again what you show. */
  readonly changed: { readonly loop: string; readonly revision: number };
  /** The loop was erased, in this tab or another. If `loop` is null, every loop was. */
  readonly erased: { readonly loop: string | null };
  /** The browser destroyed the database and it was recreated. History and earlier nudges are gone. */
  readonly 'epoch.reset': { readonly previous: string; readonly epoch: string };
  /**
   * `waiting`: a new worker waits until the app's pages are closed. `needed`: page and worker share no protocol
   * version.
   */
  readonly update: { readonly reason: 'waiting' | 'needed' };
  /** The page or the host logged something. */
  readonly log: LogEvent;
  /** `state()` changed; the payload is the new state. */
  readonly status: ClientState<Shapes>;
}

/** The state of a client. The object is replaced when something changes: two equal references mean no change. */
export interface ClientState<Shapes extends LoopShapes = AnyShapes> {
  readonly loop: string;
  /**
   * `failed` is not final: the next call tries to connect again. So does a return to the page. While rendering on a server
   * it stays `connecting`, so the markup matches the browser's first render.
   */
  readonly phase: 'connecting' | 'ready' | 'failed' | 'disposed';
  /** Where the loop runs; null until it is known. */
  readonly host: 'service-worker' | 'page' | null;
  /** Why the loop runs in the page, such as `http-error` or `insecure`; null while it runs in the worker. */
  readonly fallbackReason: string | null;
  /** False if nothing survives a restart, or the page around a credentialless frame; null until it is known. */
  readonly durable: boolean | null;
  /** The identity of this life of the database; null until it is known. */
  readonly epoch: string | null;
  /** True once an `update` event was emitted. */
  readonly updateReady: boolean;
  /**
   * True once `worker.stale` was logged: the package was updated, but the worker's script was not. Copy it again with
   * `npx nudgeloop init`; if your bundler provides it, build and deploy again. `inspect().host.build` shows the
   * worker's build.
   */
  readonly workerStale: boolean;
  /** The goal that this client set last; null if it set none. */
  readonly goalState: GoalState<Shapes> | null;
  /**
   * Nudges that were delivered to this client and that nobody has acknowledged: the newest 100. If there are more, the
   * older ones are added once half of these are gone.
   */
  readonly unacknowledged: readonly Nudge<Shapes>[];
  /** Why `phase` is `failed`; null otherwise. */
  readonly error: NudgeloopErrorData | null;
}

/** Everything there is to see of a loop at one instant. */
export interface Inspection<Shapes extends LoopShapes = AnyShapes> {
  readonly client: ClientState<Shapes>;
  readonly host: Hello;
  readonly loop: LoopInspection<Shapes>;
  readonly log: { readonly page: readonly LogEvent[]; readonly host: readonly LogEvent[] };
}

/**
 * One loop, as an app uses it. You can call every method at once: calls made before the connection is ready wait for it.
 * Every promise settles, and every rejection is a `NudgeloopError`.
 *
 * Besides the codes that a method names, any method may reject with:
 *
 * - `call.timeout`, `client.disposed`, `update.needed`, `worker.unavailable`, `storage.blocked`, `storage.newer` or
 *   `storage.failed`;
 * - `strategy.unknown` or `options.invalid`, if the loop can't be opened because the worker does not know the strategy or
 *   does not offer the loop;
 * - `call.refused` or `message.invalid`, if the worker is of another version or the loop's stored state was tampered
 *   with;
 * - `queue.full`, if the worker has too many calls in progress;
 * - `internal`, for a defect in Nudgeloop.
 *
 * A method that stores something may also reject with `storage.quota`, and with `epoch.reset` if the loop was erased
 * while the call waited for an answer that was lost or very late. What the call may have done is then gone with the loop.
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
export interface LoopClient<Shapes extends LoopShapes = AnyShapes> {
  /** The loop's name. */
  readonly name: string;
  /**
   * Resolves when the loop is first opened. If that fails, it stays rejected, but the next call tries again and
   * `on('status')` tells the outcome. You don't have to await or catch it.
   */
  readonly ready: Promise<Hello>;
  /**
   * Records one action or a list. A list is taken whole or not at all. Actions are copied at the call, and what is not
   * plain data is refused then; whether a timestamp is a date, the host says. Fields that are `undefined` are left out, as
   * in JSON.
   *
   * When the promise resolves, the actions are stored: durably, unless the receipt says otherwise, exactly once, however
   * often the message was sent, and in the order of your calls. README names, under "Not promised", the failures after
   * which an action joins later.
   *
   * @throws NudgeloopError `action.invalid`, `queue.full` or `storage.quota`; `strategy.failed` if a trusted strategy
   * throws (nothing was taken); `call.timeout` (see `details.sent`)
   */
  record(actions: ActionInput<Shapes> | readonly ActionInput<Shapes>[]): Promise<Receipt>;
  /**
   * Sets what to steer toward, in place of the previous goal. If the goal differs, the latest action is judged again; an
   * equal goal does nothing.
   *
   * - Only numbers are steered toward. Other fields, including text that holds a number, are passed along with each
   *   nudge.
   * - A target that is `undefined` is left out, as in JSON: `{ steps: undefined }` steers toward nothing.
   * - If a strategy fails `maxAttempts` times after a goal change, it is not asked again before the next action, and
   *   `goal.given-up` is logged.
   *
   * @throws NudgeloopError `goal.invalid`; `strategy.failed` if a trusted strategy throws
   */
  setGoalState(goalState: GoalInput<Shapes>): Promise<{ readonly changed: boolean }>;
  /**
   * Returns suggestions for `actions`, and appends the actions to the history, as the original loop's method of that name
   * does.
   *
   * **If `history` is not empty, it replaces the stored history: what was recorded is gone.** Pass `[]` to continue from
   * what is stored.
   *
   * - With `[]`, the call first waits until your own strategy has judged what is pending: up to `strategyDeadline`, or
   *   the rest of nine seconds if that is less. By default that is four seconds.
   * - The call takes effect when the strategy answers. Actions recorded in the meantime stay. If the history was reset or
   *   imported in the meantime, nothing is stored.
   * - It is never sent twice. If the worker dies in the meantime, the call rejects with `call.timeout`.
   *
   * @throws NudgeloopError `action.invalid`, `strategy.failed`, `strategy.timeout`, `strategy.unknown`, `storage.quota`;
   * `epoch.reset` if the loop was erased, or its database lost, while the strategy was asked (nothing was taken)
   */
  suggestActions(
    history: readonly ActionInput<Shapes>[],
    actions: readonly ActionInput<Shapes>[],
  ): Promise<readonly Suggestion<Shapes>[]>;
  /**
   * Reads retained actions, oldest first.
   *
   * @throws NudgeloopError `message.invalid` if the range is invalid
   */
  history(range?: HistoryRange): Promise<readonly HistoryEntry<Shapes>[]>;
  /** Reads the nudges that nobody has acknowledged, delivered or not: oldest first, at most 1,000. */
  nudges(): Promise<readonly Nudge<Shapes>[]>;
  /**
   * Marks nudges as dealt with, in all tabs.
   *
   * @returns how many this call acknowledged, not counting those that were acknowledged before
   * @throws NudgeloopError `message.invalid` for something other than a nudge of this loop, or for more than 10,000
   */
  acknowledge(nudges: Nudge<Shapes> | readonly Nudge<Shapes>[]): Promise<number>;
  /**
   * Empties the history. Goal, settings, pending actions, dead letters and unacknowledged nudges stay; to remove
   * everything, call `erase`.
   *
   * @returns how many actions were removed
   */
  resetHistory(): Promise<number>;
  /** Reads goal, history, last analysis, pending actions and source cursors as JSON, without nudges and dead letters. */
  export(): Promise<LoopExport>;
  /**
   * Replaces goal, history, analysis and any source cursors with those of an export, and adds its pending actions to the
   * ones here: importing the same file again adds them again. Nudges and dead letters stay, but if room is short, the
   * oldest nudges are dropped.
   *
   * @returns how many actions the file holds, in its history and pending, including those that retention does not keep
   *
   * @throws NudgeloopError `message.invalid`, `action.invalid`, `goal.invalid`, `queue.full` or `storage.quota`;
   * nothing is changed
   */
  import(data: unknown): Promise<number>;
  /** The actions on which a strategy failed too often: list, retry or discard them. */
  readonly deadLetters: DeadLetters<Shapes>;
  /** Returns the client's state, without a call to the host: the same reference until something changes. */
  state(): ClientState<Shapes>;
  /** Reads what is stored, for inspection. */
  inspect(): Promise<Inspection<Shapes>>;
  /**
   * Adds a listener. If it throws, that is logged as `listener.failed` and reported as an uncaught error; other
   * listeners still run.
   *
   * @returns a function that removes the listener
   * @throws NudgeloopError `queue.full` if the event already has `listenerLimit` listeners
   */
  on<Name extends keyof NudgeloopEvents>(event: Name, listener: (payload: NudgeloopEvents<Shapes>[Name]) => void): () => void;
  /**
   * Removes this loop, or with `all` every loop of the database, in all tabs. Afterwards no goal is set, until
   * `setGoalState` or the next page load.
   *
   * It is never sent twice. If it rejects, call it again: you can't know whether anything is gone. The second call also
   * removes what was recorded since, and does no other harm.
   *
   * @returns what was removed
   * @throws NudgeloopError `message.invalid` if `all` is neither true nor false
   */
  erase(options?: { readonly all?: boolean | undefined }): Promise<EraseReceipt>;
  /**
   * Does due work now instead of at the next poll, and reads the nudges that a `GoalFeedbackWorker` over the same
   * database has stored.
   */
  poke(): Promise<PokeResult>;
}

/** The client of a page: its first loop, and access to others. */
export interface NudgeloopClient<Shapes extends LoopShapes = AnyShapes> extends LoopClient<Shapes> {
  /**
   * Returns another loop of the same database, over the same connection. The same name returns the same object, and its
   * options count only the first time. They replace what another page set: an option you leave out has its default.
   *
   * @typeParam Other what the actions and the goal of that loop look like. Any record by default.
   * @throws NudgeloopError `options.invalid` or `goal.invalid`
   */
  loop<Other extends LoopShapes = AnyShapes>(name: string, options?: LoopOptions<Other>): LoopClient<Other>;
  /**
   * Ends the client: listeners, channel and locks are released, and waiting calls reject with `client.disposed`. The loop
   * lives on.
   */
  dispose(): void;
}
