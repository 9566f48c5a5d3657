import { useSyncExternalStore } from 'react';
import type { LoopClient } from '../page/client-types.ts';
import type { Nudge } from '../model/nudge.ts';
import { storeOf } from '../store/store-of.ts';
import { useLoop } from './use-loop.ts';

/** What `useNudges` returns. */
export interface UsedNudges {
  /** The newest 100 unacknowledged nudges, oldest first. If there are more, older ones are added once half of these are gone. */
  readonly nudges: readonly Nudge[];
  /** Marks nudges as dealt with and removes them from the list in all tabs. The function stays the same. */
  readonly acknowledge: LoopClient['acknowledge'];
}

/**
 * Returns the nudges to show. A nudge leaves the list once it is acknowledged, in this tab or another.
 *
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
export function useNudges(name?: string): UsedNudges {
  const { loop, initial } = useLoop(name);
  const { subscribe } = storeOf(loop);
  const nudges = useSyncExternalStore(subscribe, () => loop.state().unacknowledged, () => initial.unacknowledged);
  return { nudges, acknowledge: loop.acknowledge };
}
