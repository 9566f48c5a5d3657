import type { NudgeloopError } from '../../errors.ts';
import type { WriteTransaction } from '../../storage/persistence.ts';
import { buryActions, isBoxFull } from '../state/dead-letters.ts';
import { GOAL_TRY, type LoopState } from '../state/loop-state.ts';
import { concludePiece, postponeAction } from '../state/pending.ts';
import type { LoopRuntime } from './loop-runtime.ts';
import type { Task } from './task.ts';
import { waitForRoom } from './tries.ts';

/**
 * Ends the tries: an action becomes a dead letter, a changed goal waits for the next action. If there is no room for
 * another dead letter, the action stays pending in an entry of its own that nothing else waits for: no accepted action
 * may be lost, so new ones are refused in the end.
 */
export async function setAside(
  transaction: WriteTransaction,
  state: LoopState,
  { clock, log, loop, deadLetterLimit, maxAttempts }: LoopRuntime,
  { key, actions, attempts }: Pick<Task, 'key' | 'actions' | 'attempts'>,
  error: NudgeloopError,
): Promise<void> {
  if (key === GOAL_TRY) {
    state.goalPending = false;
    delete state.tries[GOAL_TRY];
    log.warn('goal.given-up', { loop, code: error.code });
    return;
  }
  if (await isBoxFull(transaction, state, deadLetterLimit)) {
    const known = { attempts: maxAttempts - 1, until: waitForRoom(state, key, clock.now()), isOver: true };
    await postponeAction(transaction, state, key, actions[0]!, known);
    log.warn('worker.backoff', { loop, problem: 'no room for dead letters', limit: deadLetterLimit });
    return;
  }
  buryActions(transaction, state, { actions, attempts: Math.min(attempts, maxAttempts) }, error.toData(), clock.now());
  await concludePiece(transaction, state, key, actions.length);
  log.warn('action.dead-lettered', { loop, actions: actions.length, code: error.code });
}
