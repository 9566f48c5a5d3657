import type { AnyShapes, LoopShapes } from '../model/shapes.ts';
import type { ClientState, LoopClient } from '../page/client-types.ts';
import { createStore, type LoopStore } from './create-store.ts';
import { oncePerLoop } from './once-per-loop.ts';

/**
 * A loop's `state()` as a store for any framework: phase, error, unacknowledged nudges and more.
 *
 * While there are subscribers, the store takes delivery of nudges and `unacknowledged` shows them. A listener that you
 * add with `on('nudge')` afterwards only gets later ones.
 *
 * @param loop a client, or one of its loops; the same one always returns the same store
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
export const storeOf: <Shapes extends LoopShapes = AnyShapes>(
  loop: Pick<LoopClient<Shapes>, 'state' | 'on'>,
) => LoopStore<ClientState<Shapes>> = /* @__PURE__ */ oncePerLoop(
  (loop) =>
    createStore(
      () => loop.state(),
      (tell) => {
        // Without a nudge listener, nudges wait in the outbox, where `state()` does not show them.
        const offs = [loop.on('status', tell), loop.on('nudge', () => undefined)];
        return () => offs.forEach((off) => off());
      },
    ),
);
