import type { LoopState } from './loop-state.ts';

/** What a judgement depends on. If this has changed, the judgement is stale. */
export function basisOf(state: LoopState): string {
  return `${state.incarnation}/${state.history.first}/${state.history.next}/${state.history.count}/${state.goalVersion}`;
}
