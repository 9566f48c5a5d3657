import { withDeadline } from '../../clock.ts';
import { isNudgeloopError, NudgeloopError, toNudgeloopError } from '../../errors.ts';
import { ACTION_LIMITS, type Action } from '../../model/action.ts';
import { parseActions } from '../../model/parse-actions.ts';
import { isSameData } from '../../model/same-data.ts';
import type { Nudge } from '../../model/nudge.ts';
import { copyPlainData, isPlainRecord, type JsonValue } from '../../model/plain-data.ts';
import { copyOf } from '../../model/copy-of.ts';
import type { GroupCommit } from '../commit/group-commit.ts';
import { UNCHANGED } from '../commit/loop-store.ts';
import type { LoopState } from '../state/loop-state.ts';
import type { LoopRuntime } from '../processing/loop-runtime.ts';
import { backoffAfter, endOfWait, failuresAfter } from '../processing/backoff.ts';
import { takeActions } from '../processing/take-actions.ts';
import type { ActionSource } from './action-source.ts';

/** The result of polling the sources. */
export interface Polled {
  /** Actions taken. */
  readonly count: number;
  readonly nudges: readonly Nudge[];
  /** When to poll again after a failure, in epoch milliseconds; null if none failed. */
  readonly retryAt: number | null;
}

/**
 * Asks each source for what came after its cursor, and stores the actions together with the new cursor. So a kill in
 * between can neither lose nor double an action.
 *
 * @param isStopped if it returns true, polling ends after the current source, whose answer is still stored; the next
 * worker asks the others
 */
export async function pollSources(
  sources: readonly ActionSource[],
  state: LoopState,
  changes: GroupCommit,
  runtime: LoopRuntime,
  isStopped: () => boolean,
): Promise<Polled> {
  const polled = { count: 0, nudges: [] as Nudge[], retryAt: null as number | null };
  const noteRetry = (at: number | null): void => {
    if (at !== null) polled.retryAt = Math.min(polled.retryAt ?? at, at);
  };
  for (const source of sources) {
    if (isStopped()) {
      noteRetry(runtime.clock.now());
      break;
    }
    const waiting = state.sourceBackoffs[source.name] ?? null;
    const end = endOfWait(waiting?.until, runtime.clock.now());
    if (end > 0) {
      noteRetry(end);
      continue;
    }
    const from = state.cursors[source.name] ?? null;
    let hasAnswered = false;
    try {
      const { actions, cursor } = await ask(source, from, runtime);
      hasAnswered = true;
      if (actions.length === 0 && isSameData(cursor, from) && waiting === null) continue;
      const nudges = await changes.submit<readonly Nudge[]>(async (transaction, draft, log) => {
        // Another worker was faster: its cursor is stored, and these are the same actions.
        if (!isSameData(draft.cursors[source.name] ?? null, from)) return UNCHANGED;
        draft.cursors[source.name] = cursor;
        delete draft.sourceBackoffs[source.name];
        return actions.length > 0 ? (await takeActions(transaction, draft, { ...runtime, log }, actions)).nudges : [];
      });
      if (nudges === undefined) continue;
      polled.count += actions.length;
      polled.nudges.push(...nudges);
      runtime.log.info('actions.polled', { loop: runtime.loop, source: source.name, actions: actions.length });
    } catch (error) {
      // The source did its part; it is asked again at the next wake, from the same cursor.
      if (hasAnswered && isNudgeloopError(error, 'strategy.failed')) runtime.log.warn('strategy.failed', { loop: runtime.loop, code: error.code });
      else noteRetry(await noteFailure(changes, runtime, source, toNudgeloopError(error, 'source.failed')));
    }
  }
  return polled;
}

async function ask(
  source: ActionSource,
  from: JsonValue,
  runtime: LoopRuntime,
): Promise<{ readonly actions: readonly Action[]; readonly cursor: JsonValue }> {
  // A copy, since a source may change its argument, and `from` is compared with the stored cursor later.
  const work = new Promise<unknown>((resolve) => resolve(source.poll(copyOf(from))));
  const answer = await withDeadline(runtime.clock, runtime.strategyDeadline, work, () => {
    return new NudgeloopError('source.failed', `The source "${source.name}" did not answer in time.`, { source: source.name });
  });
  const cursor = isPlainRecord(answer) ? copyPlainData(answer['cursor'] ?? null, ACTION_LIMITS) : undefined;
  if (!isPlainRecord(answer) || !Array.isArray(answer['actions']) || cursor === undefined || 'problem' in cursor) {
    throw new NudgeloopError(
      'source.failed',
      `The source "${source.name}" failed: poll() must return { actions: [], cursor }, with a cursor of plain data.`,
      { source: source.name },
    );
  }
  return { actions: parseActions(answer['actions'], runtime.timestampField), cursor: cursor.data };
}

async function noteFailure(
  changes: GroupCommit,
  { clock, log, loop, pollInterval }: LoopRuntime,
  source: ActionSource,
  error: NudgeloopError,
): Promise<number | null> {
  log.warn('source.failed', { loop, source: source.name, code: error.code });
  const until = await changes.submit<number>(async (_transaction, state, inner) => {
    const now = clock.now();
    const { failures, until } = backoffAfter(failuresAfter(state.sourceBackoffs[source.name]), pollInterval, now);
    state.sourceBackoffs[source.name] = { failures, until };
    inner.warn('worker.backoff', { loop, source: source.name, failures, waitMs: until - now });
    return until;
  });
  return until ?? null;
}
