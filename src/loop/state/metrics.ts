import { NudgeloopError } from '../../errors.ts';
import type { Action } from '../../model/action.ts';
import { metricOf } from '../../model/numeric.ts';
import { isPlainRecord } from '../../model/plain-data.ts';
import type { JournalEntry, WriteTransaction } from '../../storage/persistence.ts';
import type { LoopState } from './loop-state.ts';

/** Distinct metrics that a loop keeps a baseline of; they are in the state, which is written with each change. */
const METRIC_LIMIT = 2_000;

/** Entries that are read at once while a new baseline is looked for. */
const CHUNK = 64;

/**
 * Makes sure that the metrics of new actions still fit.
 *
 * @throws NudgeloopError `action.invalid`; nothing is taken
 */
export function assertMetrics(state: LoopState, actions: readonly Action[]): void {
  const fresh = new Set<string>();
  for (const action of actions) {
    for (const [metric] of metricsOf(action)) if (!Object.hasOwn(state.metrics, metric)) fresh.add(metric);
  }
  const seen = Object.keys(state.metrics).length + fresh.size;
  if (fresh.size === 0 || seen <= METRIC_LIMIT) return;
  throw new NudgeloopError(
    'action.invalid',
    `With these actions the loop would have ${seen} metrics; at most ${METRIC_LIMIT} are kept. Nothing was taken. Name metrics by what they measure, and put what differs each time into text or nested fields.`,
    { seen, limit: METRIC_LIMIT, problem: 'too many metrics' },
  );
}

/** Takes note of the metrics of new entries: the first to have one sets its baseline. */
export function noteMetrics(state: LoopState, entries: readonly JournalEntry[]): void {
  let room = METRIC_LIMIT - Object.keys(state.metrics).length;
  for (const { seq, value } of entries) {
    for (const [metric, number] of metricsOf(value)) {
      const known = Object.hasOwn(state.metrics, metric) ? state.metrics[metric] : undefined;
      if (known !== undefined) known.latest = seq;
      else if (room-- > 0) state.metrics[metric] = { value: number, seq, latest: seq };
    }
  }
}

/**
 * Finds new baselines where the old ones were removed: the next oldest entry that has the metric. What was removed need
 * not be read for that. A search begins where the last one ended, so that all searches for a metric together pass each
 * entry once, and it ends at the newest entry that had the metric, as far as that is known.
 *
 * @param removed from where to where entries were removed
 */
export async function renewBaselines(
  transaction: WriteTransaction,
  state: LoopState,
  removed: readonly (readonly [first: number, last: number])[],
): Promise<void> {
  const { metrics, history } = state;
  const isRemoved = (seq: number): boolean => seq < history.first || removed.some(([first, last]) => first <= seq && seq <= last);
  const orphans = new Map(Object.entries(metrics).filter(([, { seq }]) => isRemoved(seq)));
  const drop = (isGone: (latest: number) => boolean): void => {
    for (const [metric, { latest = Infinity }] of orphans) {
      if (isGone(latest) && orphans.delete(metric)) delete metrics[metric];
    }
  };
  drop((latest) => latest < history.first);
  const begin = Math.max(history.first, Math.min(...[...orphans.values()].map(({ seq }) => seq + 1)));
  const sights = new Map<string, number>();
  let from = begin;
  while (orphans.size > 0) {
    const entries = await transaction.readForward('history', from, CHUNK);
    for (const { seq, value } of entries) {
      for (const [metric, number] of metricsOf(value)) {
        // Of an import there may be more than are noted.
        if (!Object.hasOwn(metrics, metric)) continue;
        sights.set(metric, seq);
        const orphan = orphans.get(metric);
        if (orphan === undefined || seq <= orphan.seq) continue;
        Object.assign(orphan, { value: number, seq });
        orphans.delete(metric);
      }
      if (orphans.size === 0) return;
    }
    from = (entries.at(-1)?.seq ?? history.next) + 1;
    const isEnd = entries.length < CHUNK;
    // The newest that had it may have gone before older ones, since age is not the order; or rows were damaged.
    drop((latest) => isEnd || latest < from);
    // What was passed is known now: no other metric need be searched there in vain too.
    for (const [metric, known] of Object.entries(metrics)) {
      const { latest = Infinity } = known;
      if (isEnd || latest < from) known.latest = Math.min(latest, sights.get(metric) ?? begin - 1);
    }
  }
}

/** All numbers, a numeric timestamp among them: which field is the timestamp may change while entries are retained. */
function metricsOf(value: unknown): [string, number][] {
  const found: [string, number][] = [];
  if (!isPlainRecord(value)) return found;
  for (const field of Object.keys(value)) {
    const number = metricOf(value[field]);
    if (number !== undefined) found.push([field, number]);
  }
  return found;
}
