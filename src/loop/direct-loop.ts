import { steadyClock } from '../clock.ts';
import { NudgeloopError } from '../errors.ts';
import { parseActions, type Action, type ActionInput } from '../model/action.ts';
import type { Suggestion } from '../model/nudge.ts';
import { copyOf } from '../model/plain-data.ts';
import { parseRetention } from '../model/retention.ts';
import { createMemoryPersistence } from '../storage/memory-persistence.ts';
import type { ReadTransaction, WriteTransaction } from '../storage/persistence.ts';
import { systemClock } from '../system.ts';
import { createLoopStore, type LoopStore } from './commit/loop-store.ts';
import type { GoalDrivenFeedbackLoopOptions } from './goal-driven-feedback-loop-options.ts';
import { appendHistory, clearHistory, newestActions, takeNewest, type HistoryContext } from './state/history.ts';
import { baselinesOf, type LoopState } from './state/loop-state.ts';
import { makeRoom } from './state/storage-room.ts';
import { judgeNow, judgeSafely, lookbackOf, withAnalysis, type Case, type Judgement } from './strategies/judge.ts';
import { checkedStrategy, DEFAULT_LOOKBACK, DEFAULT_STRATEGY_DEADLINE } from './strategies/strategy.ts';

/** What answers at once: the part of `GoalDrivenFeedbackLoop` that a host needs too. */
export interface DirectLoop {
  readonly timestampField: string;
  /** What is asked at the moment, for a direct loop that comes in the place of this one. */
  readonly asking: Asking;
  /** What appending and pruning need to know, now. */
  context(): HistoryContext;
  /** Suggests better actions, then takes the given ones into the history; as `GoalDrivenFeedbackLoop.suggestActions` says. */
  suggestActions(history: readonly ActionInput[], actions: ActionInput | readonly ActionInput[]): Promise<readonly Suggestion[]>;
  /** Takes actions into the history, as far as there is room. */
  append(transaction: WriteTransaction, state: LoopState, actions: readonly Action[]): Promise<void>;
}

/** The suggestions that a strategy is asked for which is not trusted. */
interface Asking {
  /** In the order in which they were asked. */
  places: readonly Place[];
  /** Settles when what was answered until now is stored. */
  stored: Promise<void>;
}

/** Which life, goal and history of the loop a strategy was asked about. What was recorded since then stands at `next` or behind. */
interface Place extends Pick<LoopState, 'incarnation' | 'goalVersion' | 'historyVersion'> {
  next: number;
}

/**
 * Makes a direct loop.
 *
 * @param store of the loop
 * @param asking of the direct loop in whose place this one comes
 * @throws NudgeloopError `options.invalid`
 */
export function createDirectLoop(
  options: Omit<GoalDrivenFeedbackLoopOptions, 'goalState'>,
  store: LoopStore,
  asking: Asking = { places: [], stored: Promise.resolve() },
): DirectLoop {
  const { log, timestampField = 'timestamp', strategyDeadline = DEFAULT_STRATEGY_DEADLINE, storageLimit = Infinity, guardsClock = false } = options;
  const strategy = checkedStrategy(options.strategy);
  const clock = steadyClock(options.clock ?? systemClock);
  const retention = parseRetention(options);
  const loop = options.name ?? 'default';

  const context = (): HistoryContext => ({ now: clock.now(), timestampField, retention, guardsClock });

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

  /** Judges, unless that was done, and takes the actions into the history. */
  const take = async (
    transaction: WriteTransaction,
    state: LoopState,
    past: readonly Action[],
    wanted: readonly Action[],
    judged?: Judgement,
    goalVersion = state.goalVersion,
  ): Promise<Judgement> => {
    await replaceHistory(transaction, state, past);
    const judgement = judged ?? judgeNow(strategy, await caseOf(transaction, state, past, wanted));
    // A goal that was set meanwhile has an analysis of its own or none.
    if (goalVersion === state.goalVersion) state.analysis = judgement.analysis;
    await append(transaction, state, wanted);
    return judgement;
  };

  const judgeOutside = async (found: Case, past: readonly Action[], wanted: readonly Action[]): Promise<Judgement> => {
    if (past.length === 0) return judgeSafely(strategy, found, clock, strategyDeadline);
    // A history that was passed is tried on a loop in memory first: if the strategy fails, the stored one is untouched.
    const scratch = createLoopStore(createMemoryPersistence({ newId: () => 'scratch' }), loop, () => clock.now(), () => 'scratch');
    const tried = await scratch.update(async (transaction, state) => {
      await replaceHistory(transaction, state, past);
      return { ...(await caseOf(transaction, state, past, wanted)), goalState: found.goalState };
    });
    return judgeSafely(strategy, tried, clock, strategyDeadline);
  };

  /** Stores a suggestion at the place at which it was asked: what was asked later stands behind it, or has undone it. */
  const settle = async (place: Place, past: readonly Action[], wanted: readonly Action[], judgement: Judgement): Promise<void> => {
    const moved = await store.update(async (transaction, state) => {
      // A loop of which nothing was stored had no life yet.
      if (place.incarnation !== '' && place.incarnation !== state.incarnation) throw erased();
      if (place.historyVersion !== state.historyVersion) return undefined;
      const end = state.history.next;
      const later = await takeNewest(transaction, state, place.next);
      await take(transaction, state, past, wanted, judgement, place.goalVersion);
      await appendHistory(transaction, state, later.map(({ value }) => value as Action), context(), { ats: later.map(({ at }) => at) });
      return { end, later, next: state.history.next, historyVersion: state.historyVersion };
    });
    if (moved === undefined) return;
    for (const other of asking.places.slice(asking.places.indexOf(place) + 1)) {
      // What was asked since then knows.
      if (other.next > moved.end) continue;
      other.historyVersion = moved.historyVersion;
      other.next = moved.next - moved.later.filter(({ seq }) => seq >= other.next).length;
    }
  };

  const ask = async (past: readonly Action[], wanted: readonly Action[]): Promise<Judgement> => {
    let place: Place | undefined;
    try {
      const found = await store.read(async (transaction, state) => {
        const { incarnation, goalVersion, historyVersion, history } = state;
        // Noted in here, before any change that comes after.
        place = { incarnation, goalVersion, historyVersion, next: history.next };
        asking.places = [...asking.places, place];
        return caseOf(transaction, state, past, wanted);
      });
      const judgement = await judgeOutside(found, past, wanted);
      // One after the other, as each may move where the next one stands.
      const stored = asking.stored.then(() => settle(place!, past, wanted, judgement));
      asking.stored = stored.catch(() => undefined);
      await stored;
      return judgement;
    } finally {
      asking.places = asking.places.filter((other) => other !== place);
    }
  };

  return {
    timestampField,
    asking,
    context,
    append,
    async suggestActions(history, actions) {
      const past = parseActions(history, timestampField);
      const wanted = parseActions(actions, timestampField);
      const judgement = strategy.trusted === true ? await store.update((transaction, state) => take(transaction, state, past, wanted)) : await ask(past, wanted);
      // A copy: the analysis in it is the state's own, which the next change begins from, and the rest may be the actions'.
      return withAnalysis(copyOf(judgement));
    },
  };
}

function erased(): NudgeloopError {
  return new NudgeloopError('epoch.reset', 'The loop was erased, or its database lost, while the strategy was asked; nothing was taken. Ask again, if it is still wanted.');
}
