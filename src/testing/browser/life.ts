import type { Clock } from '../../clock.ts';

/** The life of a worker or a page. Once it is over, nothing that its code still does reaches anything outside. */
export interface Life {
  isOver(): boolean;
  /** Ends it, whatever is under way. */
  end(): void;
  /** Runs something at the end, in the order in which it was asked for. */
  onEnd(run: () => void): void;
}

/** Begins a life. */
export function createLife(): Life {
  const endings: (() => void)[] = [];
  let isOver = false;
  return {
    isOver: () => isOver,
    end() {
      if (isOver) return;
      isOver = true;
      for (const run of endings.splice(0)) run();
    },
    onEnd: (run) => void endings.push(run),
  };
}

/** A clock whose timers end with a life. */
export interface LifeClock extends Clock {
  /**
   * Once the life is over: what those timers throw that were to run at once, as the one does by which a client tells of a listener's
   * error. They reach nothing else any more. Each is run once.
   */
  lastErrors(): unknown[];
}

/** Makes the clock of a life. */
export function clockOf(life: Life, clock: Clock): LifeClock {
  const cancels = new Set<() => void>();
  const soon = new Set<() => void>();
  life.onEnd(() => cancels.forEach((cancel) => cancel()));
  return {
    now: () => clock.now(),
    schedule(ms, run) {
      if (ms === 0) soon.add(run);
      if (life.isOver()) return () => undefined;
      const forget = (): void => {
        cancels.delete(cancel);
        soon.delete(run);
      };
      const cancel = clock.schedule(ms, () => {
        forget();
        run();
      });
      cancels.add(cancel);
      return () => {
        forget();
        cancel();
      };
    },
    lastErrors() {
      const left = [...soon];
      soon.clear();
      return left.flatMap((run) => {
        try {
          run();
          return [];
        } catch (error) {
          return [error];
        }
      });
    },
  };
}
