import type { GoalState } from '../../model/goal.ts';
import type { ClientState, NudgeloopEvents } from '../client-types.ts';
import { initialState } from '../initial-state.ts';
import type { Session } from '../session/session-types.ts';
import { createEmitter, type Emitter } from './emitter.ts';

/** What an app sees of a loop without asking the host: its events, and the state that `state()` returns. */
export interface LoopStatus {
  readonly emitter: Emitter<NudgeloopEvents>;
  state(): ClientState;
  /** Puts facts into the state, and tells the listeners of `status` if one of them is new. */
  patch(facts: Partial<ClientState>): void;
}

/** Makes the status of a loop about which nothing is known yet. It ends with the session. */
export function createLoopStatus(name: string, goalState: GoalState | undefined, session: Session): LoopStatus {
  const { realm, log, signal, listenerLimit } = session;
  let state: ClientState = {
    ...initialState(name, goalState),
    ...(signal.aborted && { phase: 'disposed' }),
  };

  const emitter = createEmitter<NudgeloopEvents>(listenerLimit, (event, error) => {
    // A log listener that throws must not be logged to itself.
    if (event !== 'log') log.error('listener.failed', { event, loop: name });
    realm.clock.schedule(0, () => {
      throw error;
    });
  });

  const patch = (facts: Partial<ClientState>): void => {
    const isNew = (Object.keys(facts) as (keyof ClientState)[]).some((key) => facts[key] !== state[key]);
    // What ends later, such as a greeting, makes nothing of a disposed client.
    if (!isNew || state.phase === 'disposed') return;
    state = { ...state, ...facts };
    // Each listener gets the newest state: an earlier one may have made a call that changed it.
    emitter.emit('status', () => state);
  };

  signal.addEventListener('abort', () => {
    patch({ phase: 'disposed', error: null });
    emitter.clear();
  });
  return { emitter, state: () => state, patch };
}
