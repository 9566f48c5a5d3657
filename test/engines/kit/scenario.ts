import type { Outcome, Row } from './outcome.ts';
import type { Room } from './room.ts';

/** What a user gets, tested in each engine. */
export interface Scenario extends Row {
  /**
   * Runs the scenario.
   *
   * @returns the outcome; nothing if it passed
   * @throws an error if it failed
   */
  run(room: Room): Promise<Outcome | void>;
}
