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
export function clockOf(life: Life, clock: Clock): Clock {
  const cancels = new Set<() => void>();
  life.onEnd(() => cancels.forEach((cancel) => cancel()));
  return {
    now: () => clock.now(),
    schedule(ms, run) {
      if (life.isOver()) return () => undefined;
      const cancel = clock.schedule(ms, () => {
        cancels.delete(cancel);
        run();
      });
      cancels.add(cancel);
      return () => {
        cancels.delete(cancel);
        cancel();
      };
    },
  };
}
