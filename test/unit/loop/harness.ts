import {
  createLog,
  createMemoryPersistence,
  createSequentialIds,
  createSimulatedClock,
  FeedbackEventBus,
  GoalFeedbackWorker,
  type Action,
  type FeedbackEvent,
  type GoalFeedbackPersistence,
  type GoalFeedbackStrategy,
  type GoalFeedbackWorkerOptions,
  type LogEvent,
  type Nudge,
  type SimulatedClock,
} from 'nudgeloop/core';

/** A goal that is far off. */
export const goal = { steps: 10_000 };

/** A loop at work over memory, with everything that it says and does written down. */
export interface Harness {
  readonly clock: SimulatedClock;
  readonly persistence: CountingPersistence;
  readonly worker: GoalFeedbackWorker;
  readonly logged: LogEvent[];
  readonly nudges: Nudge[];
  readonly changes: number[];
  /** The same loop, as a worker finds it that was stopped and started again. */
  restart(): Harness;
}

/** Counts what reaches the storage. */
export interface CountingPersistence extends GoalFeedbackPersistence {
  readonly counts: { reads: number; writes: number; documents: number };
}

export function createHarness(
  strategy: GoalFeedbackStrategy,
  options: Partial<GoalFeedbackWorkerOptions> = {},
  persistence = counting(createMemoryPersistence({ newId: () => 'epoch' })),
  clock = createSimulatedClock(1_767_600_000_000),
): Harness {
  const logged: LogEvent[] = [];
  const nudges: Nudge[] = [];
  const changes: number[] = [];
  const bus = new FeedbackEventBus<FeedbackEvent>();
  bus.subscribe((event) => {
    if (event.type === 'nudge') nudges.push(event.nudge);
    if (event.type === 'changed') changes.push(event.revision);
  });
  const log = createLog(() => clock.now(), [(event) => void logged.push(event)]);
  const worker = new GoalFeedbackWorker({
    strategy,
    persistence,
    clock,
    log,
    bus,
    newId: createSequentialIds('nudge'),
    pollInterval: 1_000,
    ...options,
  });
  return {
    clock,
    persistence,
    worker,
    logged,
    nudges,
    changes,
    restart: () => createHarness(strategy, options, persistence, clock),
  };
}

/** A strategy of an app: not trusted, so that it runs outside the transaction. Counts its calls. */
export function createOwnStrategy(
  answer: (actions: readonly Action[], history: readonly Action[]) => unknown = (actions) => actions,
): GoalFeedbackStrategy & { calls: number } {
  const strategy = {
    calls: 0,
    suggestActions(history: readonly Action[], actions: readonly Action[]) {
      strategy.calls += 1;
      return answer(actions, history) as Action[];
    },
  };
  return strategy;
}

export function counting(persistence: GoalFeedbackPersistence): CountingPersistence {
  const counts = { reads: 0, writes: 0, documents: 0 };
  return {
    ...persistence,
    counts,
    read: (loop, work) => {
      counts.reads += 1;
      return persistence.read(loop, work);
    },
    write: (loop, work) => {
      counts.writes += 1;
      return persistence.write(loop, (transaction) =>
        work({
          ...transaction,
          writeDocument: (key, value, at) => {
            counts.documents += 1;
            transaction.writeDocument(key, value, at);
          },
        }),
      );
    },
  };
}

/** The codes of what was logged, in order. */
export function codesOf(logged: readonly LogEvent[]): string[] {
  return logged.map(({ code }) => code);
}
