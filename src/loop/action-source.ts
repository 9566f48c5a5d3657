import type { JsonValue } from '../model/plain-data.ts';
import type { ActionInput } from '../model/action.ts';

/** What a poll brought. */
export interface PollResult {
  readonly actions: readonly ActionInput[];
  /** Where to go on next time. It is stored together with the actions: neither is ever there without the other. */
  readonly cursor: JsonValue;
}

/**
 * A place that new actions come from without a page recording them: a device's log, another store, a server that the
 * app chose to ask. It is asked at each wake-up and at the poll interval.
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
  /** Under which its cursor is kept; unique within the worker. */
  readonly name: string;
  /** The loop that its actions are for. @default 'default' */
  readonly loop?: string;
  /**
   * Reads what came after the cursor.
   *
   * @param cursor what the last committed poll returned, null at first
   */
  poll(cursor: JsonValue): PollResult | Promise<PollResult>;
}

/** An action source over a list in memory, for tests and for hosts that stay alive. */
export interface MemoryActionSource extends ActionSource {
  /** Adds actions; the next poll brings them. */
  push(...actions: readonly ActionInput[]): void;
}

/**
 * Makes an action source over a list. Its cursor is the number of actions taken so far, so list and storage must live
 * equally long. In a service worker they do not: after a stop the list is empty, the cursor is not, and new actions would
 * be taken for old ones. Write a source with a cursor of its own there.
 *
 * @param name under which its cursor is kept
 * @param loop the loop that its actions are for
 *
 * @example
 * ```ts
 * import { createMemoryActionSource } from 'nudgeloop/testing';
 *
 * const source = createMemoryActionSource('pedometer');
 * source.push({ steps: 4_200 }, { steps: 5_000 });
 * console.log(await source.poll(null)); // prints { actions: [ { steps: 4200 }, { steps: 5000 } ], cursor: 2 }
 * console.log(await source.poll(2)); // prints { actions: [], cursor: 2 }
 * ```
 */
export function createMemoryActionSource(name: string, loop?: string): MemoryActionSource {
  const list: ActionInput[] = [];
  return {
    name,
    ...(loop === undefined ? {} : { loop }),
    push: (...actions) => void list.push(...actions),
    poll(cursor) {
      const taken = typeof cursor === 'number' ? cursor : 0;
      return { actions: list.slice(taken), cursor: list.length };
    },
  };
}
