import type { GoalState } from '../model/goal.ts';
import type { Nudge } from '../model/nudge.ts';
import type { ClientState } from './client-types.ts';

/** One list for all: still having no nudges must not look like a change. */
export const NO_NUDGES: readonly Nudge[] = [];

/** The state of a client about which nothing is known yet: the same on a server as in a browser. */
export function initialState(loop: string, goalState: GoalState | undefined): ClientState {
  return {
    loop,
    phase: 'connecting',
    host: null,
    fallbackReason: null,
    durable: null,
    epoch: null,
    updateReady: false,
    workerStale: false,
    goalState: goalState ?? null,
    unacknowledged: NO_NUDGES,
    error: null,
  };
}
