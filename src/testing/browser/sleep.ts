import type { Clock } from '../../clock.ts';
import { soon } from '../machine.ts';

/** The sleep of a page. What comes from outside does not run: it is kept in order until the page is awake. */
export interface Sleep {
  begin(): void;
  end(): void;
  /** Runs something that came for the page, once it is awake. */
  whenAwake(run: () => void): void;
  /** A clock for the page: timers that become due during its sleep run when it is awake. */
  clockOf(clock: Clock): Clock;
}

/** Makes the sleep of a page that is awake. */
export function createSleep(): Sleep {
  const kept: (() => void)[] = [];
  let isAsleep = false;

  const whenAwake = (run: () => void): void => {
    if (isAsleep) kept.push(run);
    else run();
  };

  return {
    begin: () => void (isAsleep = true),
    end() {
      isAsleep = false;
      // After what the page does first, which may put it to sleep again.
      for (const run of kept.splice(0)) soon(() => whenAwake(run));
    },
    whenAwake,
    clockOf: (clock) => ({
      now: () => clock.now(),
      schedule(ms, run) {
        let isOff = false;
        let cancel = clock.schedule(ms, due);
        function due(): void {
          if (!isAsleep) return run();
          // By the clock again, so that errors reach the caller that advances it. The page may be asleep again by then.
          kept.push(() => void (isOff || (cancel = clock.schedule(0, due))));
        }
        return () => {
          isOff = true;
          cancel();
        };
      },
    }),
  };
}
