import type { GoalState } from '../model/goal.ts';
import type { AnyShapes, LoopShapes } from '../model/shapes.ts';
import type { LoopClient } from '../page/client-types.ts';
import { createStore, type LoopStore } from './create-store.ts';
import { oncePerLoop } from './once-per-loop.ts';

/** Milliseconds from a change to the next look at the goal: a busy loop reports many changes. */
const PAUSE = 100;

/** Milliseconds from a failed look to the next. */
const RETRY = 10_000;

/**
 * A loop's stored goal as a store, whichever tab set it. (`state().goalState` is what this client set.) The value is null
 * until the goal is known, and if there is none.
 *
 * While there are subscribers, it reads the goal with `inspect()` when the loop becomes ready and after changes, at most
 * ten times a second.
 *
 * @param loop a client, or one of its loops; the same one always returns the same store
 *
 * @example
 * ```ts
 * import { createNudgeloop } from 'nudgeloop';
 * import { goalStoreOf } from 'nudgeloop/store';
 *
 * const goal = goalStoreOf(createNudgeloop());
 * const stop = goal.subscribe((goalState) => console.log(goalState?.steps));
 * ```
 */
export const goalStoreOf: <Shapes extends LoopShapes = AnyShapes>(
  loop: Pick<LoopClient<Shapes>, 'state' | 'on' | 'inspect'>,
) => LoopStore<GoalState<Shapes> | null> =
  /* @__PURE__ */ oncePerLoop((loop) => {
    let own = loop.state().goalState;
    let goal = own;
    /** Counts the events that make a look in progress obsolete. */
    let turn = 0;
    let offs: (() => void)[] = [];

    return createStore(
      () => goal,
      (tell) => {
        let timer: ReturnType<typeof setTimeout> | undefined;
        let retry: typeof timer;
        let wasReady = false;
        let isLooking = false;
        let isWanted = false;

        const show = (next: typeof own): void => {
          // Each look brings a new object; code that compares references must not see a change.
          if (JSON.stringify(next) === JSON.stringify(goal)) return;
          goal = next;
          tell();
        };

        /** Cancels the looks that are due. */
        const cancel = (): void => {
          clearTimeout(timer);
          clearTimeout(retry);
          timer = undefined;
          isWanted = false;
        };

        const look = async (): Promise<void> => {
          cancel();
          // One at a time: in a loop that changes all the time, each would be obsolete before it ends.
          isWanted = isLooking;
          if (isLooking) return;
          isLooking = true;
          const began = turn;
          try {
            const stored = (await loop.inspect()).loop.goalState;
            if (began === turn) show(stored);
          } catch {
            // No answer: try again. If there is no host, `state()` says why, and tells when there is one again.
            if (began === turn && wasReady) retry = setTimeout(look, RETRY);
          }
          isLooking = false;
          if (isWanted) lookSoon();
        };

        const lookSoon = (): void => {
          timer ??= setTimeout(look, PAUSE);
        };

        /** Takes the goal that this client set or lost. Looks in progress or due no longer count. */
        const take = (): void => {
          cancel();
          turn += 1;
          own = loop.state().goalState;
          show(own);
        };

        const follow = (): void => {
          if (loop.state().goalState !== own) {
            take();
            // Another tab's goal may be the stored one. Not so after an erasure, which calls this off: asking an erased loop
            // brings it back.
            lookSoon();
          }
          const isReady = loop.state().phase === 'ready';
          if (isReady && !wasReady) void look();
          wasReady = isReady;
        };

        offs.forEach((off) => off());
        offs = [
          // The only goal left is the one that this client brings along. These two stay when nobody is subscribed any more: who
          // comes next must not be shown what was erased.
          loop.on('erased', take),
          loop.on('epoch.reset', take),
          loop.on('epoch.reset', lookSoon),
          loop.on('changed', lookSoon),
          loop.on('status', follow),
        ];
        follow();
        return () => {
          cancel();
          turn += 1;
          offs.splice(2).forEach((off) => off());
        };
      },
    );
  });
