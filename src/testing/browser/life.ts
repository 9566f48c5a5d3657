import type { Clock } from '../../clock.ts';

/** The life of a worker or a page. Once it is over, whatever its code still does reaches nothing outside. */
export interface Life {
  isOver(): boolean;
  /** Ends it, whatever is in progress. */
  end(): void;
  /** Runs a function at the end, in the order of the calls. */
  onEnd(run: () => void): void;
}

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
   * Runs, once the life is over, the timers that were due at once, and returns what they threw. A client reports a
   * listener's error by such a timer; these errors reach nothing else any more. Each timer runs once.
   */
  lastErrors(): unknown[];
}

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
