import { useSyncExternalStore } from 'react';
import type { AnyShapes, LoopShapes } from '../model/shapes.ts';
import type { ClientState, LoopClient } from '../page/client-types.ts';
import { storeOf } from '../store/store-of.ts';
import { useLoop } from './use-loop.ts';

/** What `useNudgeloop` returns. */
export interface UsedNudgeloop<Shapes extends LoopShapes = AnyShapes> {
  /** The loop's methods. The object and its functions stay the same as long as the provider is mounted. */
  readonly loop: LoopClient<Shapes>;
  /** The loop's state: `phase`, `host`, `error` and more. The object is replaced when something changes. */
  readonly state: ClientState<Shapes>;
}

/**
 * Returns a loop and its state. The component renders again only when the state changes.
 *
 * On a server and during hydration, the state is that of a client that is connecting.
 *
 * @typeParam Shapes what the loop's actions and goal look like, as for `createNudgeloop`. Any record by default.
 * @param name the loop's name @default the client's own loop
 * @throws NudgeloopError `options.invalid` if there is no `NudgeloopProvider` above
 *
 * @example
 * ```tsx
 * import { useNudgeloop } from 'nudgeloop/react';
 *
 * export function Walk() {
 *   const { loop, state } = useNudgeloop();
 *   if (state.phase === 'failed') return <button onClick={() => loop.poke().catch(() => undefined)}>Try again: {state.error?.message}</button>;
 *   return <button onClick={() => loop.record({ steps: 4_200 })}>I walked</button>;
 * }
 * ```
 */
export function useNudgeloop<Shapes extends LoopShapes = AnyShapes>(name?: string): UsedNudgeloop<Shapes> {
  const { loop, initial } = useLoop<Shapes>(name);
  const { subscribe, getSnapshot } = storeOf(loop);
  return { loop, state: useSyncExternalStore(subscribe, getSnapshot, () => initial) };
}
