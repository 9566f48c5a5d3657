import { useSyncExternalStore } from 'react';
import type { LoopClient } from '../page/client-types.ts';
import type { Nudge } from '../model/nudge.ts';
import { storeOf } from '../store/store-of.ts';
import { useLoop } from './use-loop.ts';

/** What `useNudges` gives. */
export interface UsedNudges {
  /** Nudges that nobody acknowledged yet, oldest first; the newest 100. Of more, older ones come once half of these went. */
  readonly nudges: readonly Nudge[];
  /** Marks nudges as dealt with; they go from the list in all tabs. Stays the same function. */
  readonly acknowledge: LoopClient['acknowledge'];
}

/**
 * The nudges to show. One that is acknowledged, in this tab or another, goes from the list.
 *
 * @param name of the loop @default the client's own loop
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
