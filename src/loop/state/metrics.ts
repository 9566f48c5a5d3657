import { NudgeloopError } from '../../errors.ts';
import type { Action } from '../../model/action.ts';
import { metricOf } from '../../model/numeric.ts';
import { isPlainRecord } from '../../model/plain-data.ts';
import type { JournalEntry, WriteTransaction } from '../../storage/persistence.ts';
import type { LoopState } from './loop-state.ts';

/** Distinct metrics that a loop keeps a baseline of. They are in the state, which is written with each change. */
const METRIC_LIMIT = 2_000;

/** Entries to read at once while looking for a new baseline. */
const CHUNK = 64;

/**
 * Makes sure that the metrics of new actions still fit, beside all that are kept: retention comes after.
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

/** Notes the metrics of new entries: the first entry with a metric sets its baseline. */
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
 * Finds new baselines after the old ones were removed: the next oldest entry with the metric. The removed entries need
 * not be read. A search begins where the last one ended, so all searches for a metric together pass each entry once. It
 * ends at the newest entry known to have had the metric.
 *
 * @param removed ranges of removed entries
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
        // An import may have more metrics than are noted.
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
    // The newest entry with it may have gone before older ones, since places do not follow age; or rows were damaged.
    drop((latest) => isEnd || latest < from);
    // Note where each metric was last seen among the passed entries, so other metrics are not searched there in vain.
    for (const [metric, known] of Object.entries(metrics)) {
      const { latest = Infinity } = known;
      if (isEnd || latest < from) known.latest = Math.min(latest, sights.get(metric) ?? begin - 1);
    }
  }
}

/** All numbers, including a numeric timestamp: the timestamp field may change while entries are retained. */
function metricsOf(value: unknown): [string, number][] {
  const found: [string, number][] = [];
  if (!isPlainRecord(value)) return found;
  for (const field of Object.keys(value)) {
    const number = metricOf(value[field]);
    if (number !== undefined) found.push([field, number]);
  }
  return found;
}
