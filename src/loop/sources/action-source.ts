import type { IdSource } from '../../clock.ts';
import { MAX_ACTIONS_PER_CALL, MAX_SIZE_PER_CALL, readAction, type ActionInput, type ReadAction } from '../../model/action.ts';
import { isPlainRecord, type JsonValue } from '../../model/plain-data.ts';
import { systemIds } from '../../system.ts';

/** What a poll brought. */
export interface PollResult {
  readonly actions: readonly ActionInput[];
  /** Where to go on next time. It is stored together with the actions: neither is ever there without the other. */
  readonly cursor: JsonValue;
}

/**
 * A place that new actions come from without a page recording them: a device's log, another store, a server that the
 * app chose to ask. It is asked when the worker is activated, at a sync for work that may be left, at `wake()`, at `poke()` and at each
 * poll of a visible page.
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
export interface ActionSource {
  /** Under which its cursor is kept: a string, which no other source of the loop has and no object inherits (`constructor`). */
  readonly name: string;
  /** The loop that its actions are for. @default 'default'; of a `GoalFeedbackWorker` that is given the source, the loop of that one */
  readonly loop?: string | undefined;
  /**
   * Reads what came after the cursor.
   *
   * @param cursor what the last committed poll returned, null at first
   */
  poll(cursor: JsonValue): PollResult | Promise<PollResult>;
}

/** An action source over a list in memory, for tests and for what other code of the worker brings. */
export interface MemoryActionSource extends ActionSource {
  /**
   * Adds copies of actions; the next poll brings them. Of many it brings as much as a call may carry, 10,000 actions, and the next ones the rest.
   *
   * @throws NudgeloopError `action.invalid`; none of them is added
   */
  push(...actions: readonly ActionInput[]): void;
}

/**
 * Makes an action source over a list. Its cursor says which list it counts and how many of its actions were taken, so one
 * that begins anew, as in a service worker that was stopped, brings all that it is given from then on. What was not polled
 * before the stop is gone with the old list. Of two that live at once, each needs a name of its own. What was taken is let go
 * at the next poll; until then an erasure, or the import of an older export, brings it again.
 *
 * @param name under which its cursor is kept
 * @param loop the loop that its actions are for
 * @param newId makes the name that tells this list from those before it. Defaults to random UUIDs.
 * @param timestampField the field that holds an action's time, as the loop has it
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
  /** Of those before the list, which are stored and were let go. */
  let gone = 0;
  return {
    name,
    ...(loop === undefined ? {} : { loop }),
    push(...actions) {
      // Checked here, where somebody is told: of what a poll brings, one that is bad has all of it refused, each time.
      for (const read of actions.map((action, index) => readAction(action, timestampField, index))) list.push(read);
    },
    poll(cursor) {
      // A number alone would be taken for one of this list, though it may have counted the one before the last stop.
      const taken = isPlainRecord(cursor) && cursor['life'] === life ? Number(cursor['taken']) : 0;
      if (taken > gone) {
        list.splice(0, taken - gone);
        gone = taken;
      }
      let size = 0;
      const end = list.findIndex((read, index) => index === MAX_ACTIONS_PER_CALL || (size += read.size) > MAX_SIZE_PER_CALL);
      const actions = list.slice(0, end < 0 ? undefined : end).map(({ action }) => action);
      // With the same cursor nothing is written.
      return { actions, cursor: actions.length === 0 ? cursor : { life, taken: gone + actions.length } };
    },
  };
}
