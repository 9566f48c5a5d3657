import type { FinalState } from '../final-state.ts';
import type { HistoryEvent } from '../history.ts';

export type CheckerName = 'C1' | 'C2' | 'C3' | 'C4' | 'C5' | 'C6' | 'C7' | 'C8' | 'C9' | 'C10';

export interface Finding {
  readonly checker: CheckerName;
  /**
   * `lost`: acknowledged and gone. `doubled`: happened twice. `hung`: did not end. `broken`: any other broken promise.
   */
  readonly kind: 'lost' | 'doubled' | 'hung' | 'broken';
  readonly text: string;
}

/** One promise, as a judge of what was seen. Pure: it reads only the history and the final state. */
export interface Checker {
  readonly name: CheckerName;
  /** The promise, in one line. */
  readonly promise: string;
  judge(history: readonly HistoryEvent[], final: FinalState): Finding[];
}
