import type { IdSource } from '../../clock.ts';
import { MAX_ACTIONS_PER_CALL, MAX_SIZE_PER_CALL, type ActionInput, type ReadAction } from '../../model/action.ts';
import { readAction } from '../../model/parse-actions.ts';
import { isPlainRecord, type JsonValue } from '../../model/plain-data.ts';
import type { AnyShapes, LoopShapes } from '../../model/shapes.ts';
import { systemIds } from '../../system.ts';

/** What a poll returns. */
export interface PollResult<Shapes extends LoopShapes = AnyShapes> {
  readonly actions: readonly ActionInput<Shapes>[];
  /** Where the next poll continues. Stored in the same transaction as the actions. */
  readonly cursor: JsonValue;
}

/**
 * A place that new actions come from without a page recording them: a device's log, another store, or a server that the
 * app chose to ask. It is asked when the worker is activated, at a sync for work that may be left, at `wake()`, at `poke()`
 * and at each poll of a visible page.
 *
 * @example
 * ```ts
 * import { startWorker, type ActionSource } from 'nudgeloop/worker';
 *
 * const source: ActionSource = {
 *   name: 'pedometer',
 *   async poll(cursor) {
 *     const since = typeof cursor === 'number' ? cursor : 0;
 *     const response = await fetch(`/pedometer/days?after=${since}`);
 *     const days: { steps: number }[] = await response.json();
 *     return { actions: days.map(({ steps }) => ({ steps })), cursor: since + days.length };
 *   },
 * };
 *
 * startWorker({ sources: [source] });
 * ```
 */
export interface ActionSource<Shapes extends LoopShapes = AnyShapes> {
  /** The key of its cursor: unique among the sources of the loop, and not the name of an inherited property (`constructor`). */
  readonly name: string;
  /** The loop that its actions are for. @default 'default'; for a source of a `GoalFeedbackWorker`, that worker's loop */
  readonly loop?: string | undefined;
  /**
   * Reads what came after the cursor.
   *
   * @param cursor what the last committed poll returned; null the first time
   */
  poll(cursor: JsonValue): PollResult<Shapes> | Promise<PollResult<Shapes>>;
}

/** An action source over a list in memory, for tests and for actions that other code of the worker brings. */
export interface MemoryActionSource extends ActionSource {
  /**
   * Adds copies of actions for the next poll. One poll brings at most what a call may carry, 10,000 actions; later polls
   * bring the rest.
   *
   * @throws NudgeloopError `action.invalid`; none of them is added
   */
  push(...actions: readonly ActionInput[]): void;
}

/**
 * Makes an action source over a list in memory. Its cursor tells which list it counts and how many of its actions were
 * taken.
 *
 * - After a restart, as of a stopped service worker, the new list brings all that is pushed from then on. Actions that were
 *   not polled before the stop are gone with the old list.
 * - Two sources that exist at the same time need different names.
 * - Taken actions are dropped at the next poll. Until then, an erasure or the import of an older export brings them again.
 *
 * @param name the key of its cursor
 * @param loop the loop that its actions are for
 * @param newId makes the id that tells this list from earlier ones. Defaults to random UUIDs.
 * @param timestampField the field that holds an action's time, as in the loop
 *
 * @example
 * ```ts
 * import { createMemoryActionSource } from 'nudgeloop/testing';
 *
 * const source = createMemoryActionSource('pedometer');
 * source.push({ steps: 4_200 }, { steps: 5_000 });
 * const { actions, cursor } = await source.poll(null);
 * console.log(actions); // prints [ { steps: 4200 }, { steps: 5000 } ]
 * source.push({ steps: 5_500 });
 * console.log((await source.poll(cursor)).actions); // prints [ { steps: 5500 } ]
 * ```
 */
export function createMemoryActionSource(name: string, loop?: string, newId: IdSource = systemIds, timestampField = 'timestamp'): MemoryActionSource {
  const list: ReadAction[] = [];
  const life = newId();
  /** How many were taken, stored and then dropped from the front of the list. */
  let gone = 0;
  return {
    name,
    ...(loop === undefined ? {} : { loop }),
    push(...actions) {
      // Checked here, where the caller hears of it: one bad action in a poll has all of that poll refused, each time.
      for (const read of actions.map((action, index) => readAction(action, timestampField, index))) list.push(read);
    },
    poll(cursor) {
      // The cursor names its list: a number alone might count the list from before the last stop.
      const taken = isPlainRecord(cursor) && cursor['life'] === life ? Number(cursor['taken']) : 0;
      if (taken > gone) {
        list.splice(0, taken - gone);
        gone = taken;
      }
      let size = 0;
      const end = list.findIndex((read, index) => index === MAX_ACTIONS_PER_CALL || (size += read.size) > MAX_SIZE_PER_CALL);
      const actions = list.slice(0, end < 0 ? undefined : end).map(({ action }) => action);
      // If the cursor is the same, nothing is written.
      return { actions, cursor: actions.length === 0 ? cursor : { life, taken: gone + actions.length } };
    },
  };
}
