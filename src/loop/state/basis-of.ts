import type { LoopState } from './loop-state.ts';

/** What a judgement depends on: where it is another one, the judgement is of a past that is no more. */
export function basisOf(state: LoopState): string {
  return `${state.incarnation}/${state.history.first}/${state.history.next}/${state.history.count}/${state.goalVersion}`;
}
