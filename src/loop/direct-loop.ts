import { withDeadline } from '../clock.ts';
import type { LogWriter } from '../log/log.ts';
import type { Action } from '../model/action.ts';
import { parseActions } from '../model/parse-actions.ts';
import type { Suggestion } from '../model/nudge.ts';
import { copyOf } from '../model/copy-of.ts';
import { keepInMemory } from '../storage/memory-persistence.ts';
import type { WriteTransaction } from '../storage/persistence.ts';
import { createLoopStore, UNCHANGED, type LoopStore } from './commit/loop-store.ts';
import { erased } from './commit/receipts.ts';
import { readCase } from './processing/apply.ts';
import { historyContext, type LoopRuntime } from './processing/loop-runtime.ts';
import { appendHistory, clearHistory, newestActions } from './state/history.ts';
import { hasPendingWork, type LoopState } from './state/loop-state.ts';
import { makeRoom } from './state/storage-room.ts';
import { judgeNow, judgeSafely, withAnalysis, type Case, type Judgement } from './strategies/judge.ts';

/**
 * The longest that a suggestion may take in all, in milliseconds: a page waits ten seconds by default, and should hear
 * what failed here.
 */
const ANSWER_MS = 9_000;

/** Suggestions that are answered at once: the part of `GoalDrivenFeedbackLoop` that a host needs too. */
export interface DirectLoop {
  /**
   * Suggests better actions, then appends the given ones to the history, as `GoalDrivenFeedbackLoop.suggestActions`
   * does.
   */
  suggestActions(history: unknown, actions: unknown): Promise<readonly Suggestion[]>;
  /** Appends actions to the history, if there is room. */
  append(transaction: WriteTransaction, state: LoopState, log: LogWriter, actions: readonly Action[]): Promise<void>;
}

/** What a host knows of a loop. */
export interface HostedLoop {
  /** Settles once the strategy has judged what was recorded before, as far as it can now. */
  worked(): Promise<unknown>;
  isErased(): boolean;
}

/**
 * Makes a direct loop.
 *
 * @param runtime the loop's runtime
 * @param store the loop's store
 * @param hosted its host. Without one, nothing is waited for.
 */
export function createDirectLoop(runtime: LoopRuntime, store: LoopStore, hosted?: HostedLoop): DirectLoop {
  const { loop, strategy, timestampField, strategyDeadline, clock } = runtime;

  const append = async (transaction: WriteTransaction, state: LoopState, log: LogWriter, actions: readonly Action[], now?: number): Promise<void> => {
    await makeRoom(transaction, state, actions, { ...runtime, log });
    await appendHistory(transaction, state, actions, historyContext(runtime, now));
  };

  const judgeOutside = async (found: Case, past: readonly Action[], wanted: readonly Action[]): Promise<Judgement> => {
    if (past.length === 0) return judgeSafely(strategy, found, clock, strategyDeadline);
    // Try a passed history on a loop in memory first: if the strategy fails, the stored one is untouched.
    const newId = (): string => 'scratch';
    const scratch = createLoopStore(keepInMemory({ newId }), { loop, clock, newId });
    const tried = await scratch.update(async (transaction, state, log) => {
      await append(transaction, state, log, past);
      return { ...(await readCase(transaction, state, runtime, wanted, past)), goalState: found.goalState };
    });
    return judgeSafely(strategy, tried, clock, strategyDeadline);
  };

  /** Judges, unless that was done outside, and appends the actions to the history. */
  const take = async (transaction: WriteTransaction, state: LoopState, log: LogWriter, past: readonly Action[], wanted: readonly Action[], outside?: Outside): Promise<Judgement> => {
    const { judgement, when = state } = outside ?? {};
    // A loop with nothing stored has no life yet, so it can't have been erased.
    if (hosted?.isErased() || (when.incarnation !== '' && when.incarnation !== state.incarnation)) throw erased();
    // The history was emptied or imported since: appending now would bring back what is gone.
    if (judgement !== undefined && when.resets !== state.resets) return judgement;
    // Actions recorded while the strategy ran stay, and come after a passed history. One that another call passed
    // meanwhile was not recorded.
    const from = past.length > 0 && outside ? Math.max(outside.next, state.history.passed ?? 0) : Infinity;
    const later = await newestActions(transaction, state, state.history.next - from, from);
    if (past.length > 0) {
      await clearHistory(transaction, state);
      await append(transaction, state, log, past, outside?.now);
      state.history.passed = state.history.next;
    }
    const made = judgement ?? judgeNow(strategy, await readCase(transaction, state, runtime, wanted, past));
    // A goal that was set in the meantime has its own analysis, or none.
    if (when.goalVersion === state.goalVersion) state.analysis = made.analysis;
    await append(transaction, state, log, wanted, past.length > 0 ? outside?.now : undefined);
    await append(transaction, state, log, later);
    return made;
  };

  const ask = async (past: readonly Action[], wanted: readonly Action[]): Promise<Outside> => {
    // Read before the wait, since a reset may come during it.
    const before = await store.read(async (_transaction, { incarnation, resets }) => ({ incarnation, resets }));
    // Earlier recorded actions come first, if judging them leaves enough time for this call. With a passed history
    // there is no wait: the strategy's work would be lost, and so would what is recorded meanwhile.
    const patience = Math.max(0, Math.min(strategyDeadline, ANSWER_MS - strategyDeadline));
    if (past.length === 0 && hosted) await withDeadline(clock, patience, hosted.worked()).catch(() => undefined);
    const { found, ...rest } = await store.read(async (transaction, state) => {
      const { goalVersion, history } = state;
      return { found: await readCase(transaction, state, runtime, wanted, past), when: { ...before, goalVersion }, next: history.next };
    });
    return { ...rest, now: found.now, judgement: await judgeOutside(found, past, wanted) };
  };

  /** A trusted strategy judges within the transaction; undefined if a host that lacks it left something to judge before. */
  const takeAtOnce = (past: readonly Action[], wanted: readonly Action[]): Promise<Judgement | undefined> =>
    store.update(async (transaction, state, log) => {
      const isBehind = hosted !== undefined && past.length === 0 && hasPendingWork(state);
      return isBehind ? UNCHANGED : take(transaction, state, log, past, wanted);
    });

  const takeAfterAsking = async (past: readonly Action[], wanted: readonly Action[]): Promise<Judgement> => {
    const outside = await ask(past, wanted);
    return store.update((transaction, state, log) => take(transaction, state, log, past, wanted, outside));
  };

  return {
    append,
    async suggestActions(history, actions) {
      const past = parseActions(history, timestampField);
      const wanted = parseActions(actions, timestampField);
      const judgement = (strategy.trusted === true ? await takeAtOnce(past, wanted) : undefined) ?? (await takeAfterAsking(past, wanted));
      // A copy: the state's own analysis is in it, which the next change starts from, and the rest may belong to the
      // actions.
      return withAnalysis(copyOf(judgement));
    },
  };
}

/** What an untrusted strategy answered, and when. Later actions are at `next` or later. */
interface Outside {
  readonly judgement: Judgement;
  readonly when: Pick<LoopState, 'incarnation' | 'goalVersion' | 'resets'>;
  readonly next: number;
  /** Epoch milliseconds. */
  readonly now: number;
}
