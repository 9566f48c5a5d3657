import type { GoalState } from '../model/goal.ts';
import type { LoopClient } from '../page/client-types.ts';
import { createStore, type LoopStore } from './create-store.ts';
import { oncePerLoop } from './once-per-loop.ts';

/** Milliseconds from a change to the look at the goal: a loop at work says often that it changed. */
const PAUSE = 100;

/** Milliseconds from a look that failed to the next. */
const RETRY = 10_000;

/**
 * The goal that a loop steers toward, as a store: as it is stored, whichever tab set it. (`state().goalState` is what
 * this client set.) Null while it is not known, and when there is none.
 *
 * While somebody is subscribed, it reads the goal with `inspect()` when the loop gets ready and after changes, at most
 * ten times a second.
 *
 * @param loop a client, or one of its loops; the same one always gives the same store
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
export const goalStoreOf: (loop: Pick<LoopClient, 'state' | 'on' | 'inspect'>) => LoopStore<GoalState | null> =
  /* @__PURE__ */ oncePerLoop((loop) => {
    let own = loop.state().goalState;
    let goal = own;
    /** Counts what makes a look that is under way void. */
    let turn = 0;

    return createStore(
      () => goal,
      (tell) => {
        let timer: ReturnType<typeof setTimeout> | undefined;
        let retry: typeof timer;
        let wasReady = false;
        let isLooking = false;
        let isWanted = false;

        const show = (next: GoalState | null): void => {
          // Each look brings a new object; who compares references must not take it for a change.
          if (JSON.stringify(next) === JSON.stringify(goal)) return;
          goal = next;
          tell();
        };

        /** Looks that are due are not done any more. */
        const cancel = (): void => {
          clearTimeout(timer);
          clearTimeout(retry);
          timer = undefined;
          isWanted = false;
        };

        const look = async (): Promise<void> => {
          cancel();
          // One at a time: in a loop that changes all the time, each would be void before it ends.
          isWanted = isLooking;
          if (isLooking) return;
          isLooking = true;
          const began = turn;
          try {
            const { goalState } = (await loop.inspect()).loop;
            if (began === turn) show(goalState);
          } catch {
            // No answer: it is asked again. Without a host, `state()` says what is wrong, and when there is one again.
            if (began === turn && wasReady) retry = setTimeout(look, RETRY);
          }
          isLooking = false;
          if (isWanted) lookSoon();
        };

        const lookSoon = (): void => {
          timer ??= setTimeout(look, PAUSE);
        };

        /** Takes the goal that this client set, or lost. Whatever is under way or due brings nothing any more. */
        const take = (): void => {
          cancel();
          turn += 1;
          own = loop.state().goalState;
          show(own);
        };

        const follow = (): void => {
          const { phase, goalState } = loop.state();
          if (goalState !== own) {
            take();
            // Another tab's may be the one that is stored; but whoever asks an erased loop brings it back.
            if (own) lookSoon();
          }
          const isReady = phase === 'ready';
          if (isReady && !wasReady) void look();
          wasReady = isReady;
        };

        const offs = [
          loop.on('status', follow),
          loop.on('changed', lookSoon),
          // No goal is left but the one that this client brings along.
          loop.on('erased', take),
          loop.on('epoch.reset', take),
          loop.on('epoch.reset', lookSoon),
        ];
        follow();
        return () => {
          cancel();
          turn += 1;
          offs.forEach((off) => off());
        };
      },
    );
  });
