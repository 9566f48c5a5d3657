import type { Outcome, Row } from './outcome.ts';
import type { Room } from './room.ts';

/** What a user gets, to be seen in each engine. */
export interface Scenario extends Row {
  /**
   * Sees it happen.
   *
   * @returns what came of it; nothing if it passed
   * @throws whatever says that it did not happen
   */
  run(room: Room): Promise<Outcome | void>;
}
