import type { LogWriter } from '../log/log.ts';
import { parseGoalState, type GoalState } from '../model/goal.ts';
import { isSameData } from '../model/same-data.ts';

/** Where a goal is stored. */
export interface GoalStateBackend {
  /** Returns the goal; null if none was set. */
  load(): Promise<GoalState | null>;
  /** Stores a goal. */
  save(goalState: GoalState): Promise<void>;
}

/** The result of setting a goal. */
export interface GoalChange {
  /** False if it equals the previous goal: then nothing is stored and nothing is judged again. */
  readonly changed: boolean;
  readonly goalState: GoalState;
}

/** Options of `GoalStateTracker`. */
export interface GoalStateTrackerOptions {
  /**
   * Where the goal is stored.
   *
   * @default memory, with the warning `storage.memory`
   */
  readonly backend?: GoalStateBackend | undefined;
  /** Gets `storage.memory` and `goal.changed`. @default silent */
  readonly log?: LogWriter | undefined;
}

/**
 * Keeps the goal of a loop, and tells whether a new one is a change. After the tracker of the original loop.
 *
 * @example
 * ```ts
 * import { createMemoryGoalStateBackend, GoalStateTracker } from 'nudgeloop/core';
 *
 * const tracker = new GoalStateTracker({ backend: createMemoryGoalStateBackend() });
 * console.log((await tracker.update({ steps: 10_000 })).changed); // prints true
 * console.log((await tracker.update({ steps: 10_000 })).changed); // prints false
 * ```
 */
export class GoalStateTracker {
  readonly #backend: GoalStateBackend;
  readonly #log: LogWriter | undefined;

  constructor(options: GoalStateTrackerOptions = {}) {
    this.#log = options.log;
    this.#backend = options.backend ?? createMemoryGoalStateBackend();
    if (options.backend === undefined) this.#log?.warn('storage.memory', { what: 'goal' });
  }

  /** Returns the goal; null if none was set. */
  current(): Promise<GoalState | null> {
    return this.#backend.load();
  }

  /**
   * Sets the goal, if it differs from the current one.
   *
   * @param input a record of targets
   * @throws NudgeloopError `goal.invalid`; the goal stays as it was
   */
  async update(input: unknown): Promise<GoalChange> {
    const goalState = parseGoalState(input);
    const changed = !isSameData((await this.#backend.load()) ?? undefined, goalState);
    if (changed) {
      await this.#backend.save(goalState);
      this.#log?.info('goal.changed', { fields: Object.keys(goalState).length });
    }
    return { changed, goalState };
  }
}

/** Keeps a goal in memory. */
export function createMemoryGoalStateBackend(): GoalStateBackend {
  // As text: what an app does with a goal that it set or read must not change the one that is kept.
  let kept = 'null';
  return {
    load: async () => JSON.parse(kept) as GoalState | null,
    async save(goalState) {
      kept = JSON.stringify(goalState);
    },
  };
}
