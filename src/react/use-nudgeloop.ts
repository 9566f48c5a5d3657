import { useSyncExternalStore } from 'react';
import type { ClientState, LoopClient } from '../page/client-types.ts';
import { storeOf } from '../store/store-of.ts';
import { useLoop } from './use-loop.ts';

/** What `useNudgeloop` gives. */
export interface UsedNudgeloop {
  /** The loop's methods. The object and its functions stay the same as long as the provider does. */
  readonly loop: LoopClient;
  /** How the loop stands: `phase`, `host`, `error` and more. Replaced when it changes. */
  readonly state: ClientState;
}

/**
 * A loop and how it stands. The component renders again when the state changes, and at nothing else.
 *
 * On a server and while a server's markup is taken over, the state is that of a client which connects.
 *
 * @param name of the loop @default the client's own loop
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
export function useNudgeloop(name?: string): UsedNudgeloop {
  const { loop, initial } = useLoop(name);
  const { subscribe, getSnapshot } = storeOf(loop);
  return { loop, state: useSyncExternalStore(subscribe, getSnapshot, () => initial) };
}
