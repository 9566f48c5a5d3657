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
 * const source: ActionSource = {
 *   name: 'pedometer',
 *   async poll(cursor) {
 *     const since = typeof cursor === 'number' ? cursor : 0;
 *     const days = await readDaysAfter(since);
 *     return { actions: days.map((day) => ({ steps: day.steps })), cursor: since + days.length };
 *   },
 * };
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

/** An action source over a list in memory, for tests and for apps that fill it themselves. */
export interface MemoryActionSource extends ActionSource {
  /** Adds actions; the next poll brings them. */
  push(...actions: readonly ActionInput[]): void;
}

/**
 * Makes an action source over a list. Its cursor is the number of actions taken so far.
 *
 * @param name under which its cursor is kept
 * @param loop the loop that its actions are for
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
