import type { ClientState, LoopClient } from '../page/client-types.ts';
import { createStore, type LoopStore } from './create-store.ts';
import { oncePerLoop } from './once-per-loop.ts';

/**
 * A loop's `state()` as a store, for any framework: phase, error, and the nudges that nobody acknowledged yet.
 *
 * While somebody is subscribed, the store takes delivery of nudges, which `unacknowledged` then shows; a listener that
 * is added with `on('nudge')` afterwards hears only of those that come later.
 *
 * @param loop a client, or one of its loops; the same one always gives the same store
 *
 * @example
 * ```ts
 * import { createNudgeloop } from 'nudgeloop';
 * import { storeOf } from 'nudgeloop/store';
 *
 * const state = storeOf(createNudgeloop({ goalState: { steps: 10_000 } }));
 * const stop = state.subscribe(({ phase, unacknowledged }) => console.log(phase, unacknowledged.length));
 * ```
 */
export const storeOf: (loop: Pick<LoopClient, 'state' | 'on'>) => LoopStore<ClientState> = /* @__PURE__ */ oncePerLoop(
  (loop) =>
    createStore(
      () => loop.state(),
      (tell) => {
        // Without a listener nudges wait in the outbox, where `state()` does not show them.
        const offs = [loop.on('status', tell), loop.on('nudge', () => undefined)];
        return () => offs.forEach((off) => off());
      },
    ),
);
