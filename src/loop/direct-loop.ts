import { steadyClock } from '../clock.ts';
import { NudgeloopError } from '../errors.ts';
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
 * @param shared the store of a loop that somebody else makes ready and prunes, in place of one of its own: no call waits for that here
 * @throws NudgeloopError `options.invalid`
 */
export function createDirectLoop(
  options: Omit<GoalDrivenFeedbackLoopOptions, 'goalState'>,
  { prepare, shared }: { readonly prepare?: (store: LoopStore) => Promise<void>; readonly shared?: LoopStore },
): DirectLoop {
  const { log, timestampField = 'timestamp', strategyDeadline = DEFAULT_STRATEGY_DEADLINE, storageLimit = Infinity, guardsClock = false } = options;
  const strategy = checkedStrategy(options.strategy);
  const clock = steadyClock(options.clock ?? systemClock);
  const retention = parseRetention(options);
  const loop = options.name ?? 'default';
  const store = shared ?? storeOf(options);
  let opening = shared && Promise.resolve(shared);

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

  const replaceHistory = async (transaction: WriteTransaction, state: LoopState, past: readonly Action[]): Promise<void> => {
    if (past.length === 0) return;
    await clearHistory(transaction, state);
    await append(transaction, state, past);
  };

  /** The history that was passed is judged as it was passed, even where the retention keeps less of it. */
  const caseOf = async (transaction: ReadTransaction, state: LoopState, past: readonly Action[], actions: readonly Action[]): Promise<Case> => {
    const lookback = lookbackOf(strategy, DEFAULT_LOOKBACK);
    const history = past.length > 0 ? past.slice(-lookback) : await newestActions(transaction, state, lookback);
    return { history, actions, goalState: state.goalState ?? {}, baselines: baselinesOf(state, timestampField), now: clock.now() };
  };

  const judgeOutside = async (past: readonly Action[], wanted: readonly Action[]): Promise<Outside> => {
    const { found, ...when } = await store.read(async (transaction, state) => {
      const { incarnation, goalVersion, history } = state;
      return { found: await caseOf(transaction, state, past, wanted), incarnation, goalVersion, next: history.next };
    });
    if (past.length === 0) return { judgement: await judgeSafely(strategy, found, clock, strategyDeadline), ...when };
    // A history that was passed is tried on a loop in memory first: if the strategy fails, the stored one is untouched.
    const scratch = createLoopStore(memoryOf(undefined), 'scratch', () => clock.now(), () => 'scratch');
    const tried = await scratch.update(async (transaction, state) => {
      await replaceHistory(transaction, state, past);
      return { ...(await caseOf(transaction, state, past, wanted)), goalState: found.goalState };
    });
    return { judgement: await judgeSafely(strategy, tried, clock, strategyDeadline), ...when };
  };

  return {
    timestampField,
    open,
    append,
    async suggestActions(history, actions) {
      const past = parseActions(history, timestampField);
      const wanted = parseActions(actions, timestampField);
      if (shared === undefined) await open();
      const judged = strategy.trusted === true ? undefined : await judgeOutside(past, wanted);
      return store.update(async (transaction, state) => {
        // A loop of which nothing was stored had no life yet.
        if (judged !== undefined && judged.incarnation !== '' && judged.incarnation !== state.incarnation) throw erased();
        // A goal that was set meanwhile, or a history that was reset, has an analysis of its own or none.
        const isReset = judged !== undefined && judged.next > 0 && state.history.first >= judged.next;
        const isOfThis = judged === undefined || (judged.goalVersion === state.goalVersion && (past.length > 0 || !isReset));
        // What was recorded while the strategy was asked was asked for later: it stays, and stands behind these.
        const later = judged !== undefined && past.length > 0 ? await newestActions(transaction, state, state.history.next - judged.next, judged.next) : [];
        await replaceHistory(transaction, state, past);
        const judgement = judged?.judgement ?? judgeNow(strategy, await caseOf(transaction, state, past, wanted));
        if (isOfThis) state.analysis = judgement.analysis;
        await append(transaction, state, [...wanted, ...later]);
        // A copy: the analysis in it is the state's own, which the next change begins from, and the rest may be the actions'.
        return withAnalysis(copyOf(judgement));
      });
    },
  };
}

/** What a strategy that is not trusted answered, and of which life and goal of the loop, with the history up to where. */
interface Outside extends Pick<LoopState, 'incarnation' | 'goalVersion'> {
  readonly judgement: Judgement;
  readonly next: number;
}

function erased(): NudgeloopError {
  return new NudgeloopError('epoch.reset', 'The loop was erased, or its database lost, while the strategy was asked; nothing was taken. Ask again, if it is still wanted.');
}

function storeOf({ persistence, name = 'default', log, clock = systemClock }: Omit<GoalDrivenFeedbackLoopOptions, 'goalState'>): LoopStore {
  const steady = steadyClock(clock);
  return createLoopStore(persistence ?? memoryOf(log), name, () => steady.now(), systemIds);
}

function memoryOf(log: Log | undefined): GoalFeedbackPersistence {
  return createMemoryPersistence({ newId: () => 'memory', ...(log === undefined ? {} : { log }) });
}
