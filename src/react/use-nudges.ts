import { useSyncExternalStore } from 'react';
import type { LoopClient } from '../page/client-types.ts';
import type { Nudge } from '../model/nudge.ts';
import type { AnyShapes, LoopShapes } from '../model/shapes.ts';
import { storeOf } from '../store/store-of.ts';
import { useLoop } from './use-loop.ts';

/** What `useNudges` returns. */
export interface UsedNudges<Shapes extends LoopShapes = AnyShapes> {
  /** The newest 100 unacknowledged nudges, oldest first. If there are more, older ones are added once half of these are gone. */
  readonly nudges: readonly Nudge<Shapes>[];
  /** Marks nudges as dealt with and removes them from the list in all tabs. The function stays the same. */
  readonly acknowledge: LoopClient<Shapes>['acknowledge'];
}

/**
 * Returns the nudges to show. A nudge leaves the list once it is acknowledged, in this tab or another.
 *
 * @typeParam Shapes what the loop's actions and goal look like, as for `createNudgeloop`. Any record by default.
 * @param name the loop's name @default the client's own loop
 * @throws NudgeloopError `options.invalid` if there is no `NudgeloopProvider` above
 *
 * @example
 * ```tsx
 * import { useNudges } from 'nudgeloop/react';
 *
 * export function Nudges() {
 *   const { nudges, acknowledge } = useNudges();
 *   return nudges.map((nudge) => (
 *     <p key={nudge.id}>
 *       Try {Number(nudge.suggestions[0]?.steps)} steps <button onClick={() => acknowledge(nudge)}>Done</button>
 *     </p>
 *   ));
 * }
 * ```
 */
export function useNudges<Shapes extends LoopShapes = AnyShapes>(name?: string): UsedNudges<Shapes> {
  const { loop, initial } = useLoop<Shapes>(name);
  const { subscribe } = storeOf(loop);
  const nudges = useSyncExternalStore(subscribe, () => loop.state().unacknowledged, () => initial.unacknowledged);
  return { nudges, acknowledge: loop.acknowledge };
}
