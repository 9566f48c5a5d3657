import { steadyClock } from '../clock.ts';
import type { Log } from '../log/log.ts';
import { parseActions, type Action, type ActionInput } from '../model/action.ts';
import type { Suggestion } from '../model/nudge.ts';
import { copyOf } from '../model/plain-data.ts';
import { parseRetention } from '../model/retention.ts';
import { createMemoryPersistence } from '../storage/memory-persistence.ts';
import type { GoalFeedbackPersistence, ReadTransaction, WriteTransaction } from '../storage/persistence.ts';
import { systemClock, systemIds } from '../system.ts';
import { createLoopStore, UNCHANGED, type LoopStore } from './commit/loop-store.ts';
import type { GoalDrivenFeedbackLoopOptions } from './goal-driven-feedback-loop-options.ts';
import { appendHistory, clearHistory, newestActions, pruneHistory, type HistoryContext } from './state/history.ts';
import { baselinesOf, type LoopState } from './state/loop-state.ts';
import { makeRoom } from './state/storage-room.ts';
import { judgeNow, judgeSafely, lookbackOf, withAnalysis, type Case, type Judgement } from './strategies/judge.ts';
import { checkedStrategy, DEFAULT_LOOKBACK, DEFAULT_STRATEGY_DEADLINE } from './strategies/strategy.ts';

/** What answers at once: the part of `GoalDrivenFeedbackLoop` that a host needs too. */
export interface DirectLoop {
  readonly timestampField: string;
  /** Makes ready, once before the first call; gives the store. */
  open(): Promise<LoopStore>;
  /** Suggests better actions, then takes the given ones into the history; as `GoalDrivenFeedbackLoop.suggestActions` says. */
  suggestActions(history: readonly ActionInput[], actions: ActionInput | readonly ActionInput[]): Promise<readonly Suggestion[]>;
  /** Takes actions into the history, as far as there is room. */
  append(transaction: WriteTransaction, state: LoopState, actions: readonly Action[]): Promise<void>;
}

/**
 * Makes a direct loop.
 *
 * @param prepare is done before the first call, and again before the next one if it failed
 * @throws NudgeloopError `options.invalid`
 */
export function createDirectLoop(
  options: Omit<GoalDrivenFeedbackLoopOptions, 'goalState'>,
  prepare?: (store: LoopStore) => Promise<void>,
): DirectLoop {
  const { log, timestampField = 'timestamp', strategyDeadline = DEFAULT_STRATEGY_DEADLINE, storageLimit = Infinity, guardsClock = false } = options;
  const strategy = checkedStrategy(options.strategy);
  const clock = steadyClock(options.clock ?? systemClock);
  const retention = parseRetention(options);
  const loop = options.name ?? 'default';
  const store = createLoopStore(options.persistence ?? memoryOf(log), loop, () => clock.now(), systemIds);
  let opening: Promise<LoopStore> | undefined;

  const context = (): HistoryContext => ({ now: clock.now(), timestampField, retention, guardsClock });

  /** What grew too old meanwhile is pruned. */
  const open = (): Promise<LoopStore> => {
    opening ??= (async () => {
      await prepare?.(store);
      await store.update(async (transaction, state) => {
        return (await pruneHistory(transaction, state, context())) === 0 ? UNCHANGED : undefined;
      });
      return store;
    })().catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };

  const append: DirectLoop['append'] = async (transaction, state, actions) => {
    await makeRoom(transaction, state, actions, { loop, storageLimit, log });
    await appendHistory(transaction, state, actions, context());
  };

  const replaceHistory = async (transaction: WriteTransaction, state: LoopState, given: readonly Action[]): Promise<void> => {
    if (given.length === 0) return;
    await clearHistory(transaction, state);
    await append(transaction, state, given);
  };

  /** The history that was passed is judged as it was passed, even where the retention keeps less of it. */
  const caseOf = async (transaction: ReadTransaction, state: LoopState, given: readonly Action[], actions: readonly Action[]): Promise<Case> => {
    const lookback = lookbackOf(strategy, DEFAULT_LOOKBACK);
    const history = given.length > 0 ? given.slice(-lookback) : await newestActions(transaction, state, lookback);
    return { history, actions, goalState: state.goalState ?? {}, baselines: baselinesOf(state, timestampField), now: clock.now() };
  };

  const judgeOutside = async (given: readonly Action[], wanted: readonly Action[]): Promise<Judgement> => {
    const goalState = await store.read(async (_transaction, state) => state.goalState);
    const look = async (transaction: ReadTransaction, state: LoopState): Promise<Case> => {
      return { ...(await caseOf(transaction, state, given, wanted)), goalState: goalState ?? {} };
    };
    if (given.length === 0) return judgeSafely(strategy, await store.read(look), clock, strategyDeadline);
    // A history that was passed is tried on a loop in memory first: if the strategy fails, the stored one is untouched.
    const scratch = createLoopStore(memoryOf(undefined), 'scratch', () => clock.now(), () => 'scratch');
    const found = await scratch.update(async (transaction, state) => {
      await replaceHistory(transaction, state, given);
      return look(transaction, state);
    });
    return judgeSafely(strategy, found, clock, strategyDeadline);
  };

  return {
    timestampField,
    open,
    append,
    async suggestActions(history, actions) {
      const given = parseActions(history, timestampField);
      const wanted = parseActions(actions, timestampField);
      await open();
      const judged = strategy.trusted === true ? undefined : await judgeOutside(given, wanted);
      return store.update(async (transaction, state) => {
        await replaceHistory(transaction, state, given);
        const judgement = judged ?? judgeNow(strategy, await caseOf(transaction, state, given, wanted));
        state.analysis = judgement.analysis;
        await append(transaction, state, wanted);
        // A copy: the analysis in it is the state's own, which the next change begins from, and the rest may be the actions'.
        return withAnalysis(copyOf(judgement));
      });
    },
  };
}

function memoryOf(log: Log | undefined): GoalFeedbackPersistence {
  return createMemoryPersistence({ newId: () => 'memory', ...(log === undefined ? {} : { log }) });
}
