import { NudgeloopError } from '../errors.ts';
import type { Action } from '../model/action.ts';
import { isPlainRecord } from '../model/plain-data.ts';
import type { JournalEntry, WriteTransaction } from '../storage/persistence.ts';
import type { LoopState } from './loop-state.ts';
import { metricOf } from './numeric.ts';

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
    `With these actions the loop would have ${seen} metrics; it keeps ${METRIC_LIMIT}, and took nothing. Name metrics by what they measure, and put what differs each time into text or nested fields.`,
    { seen, limit: METRIC_LIMIT, problem: 'too many metrics' },
  );
}

/** Takes note of the metrics of new entries: the first to have one sets its baseline. */
export function countMetrics(state: LoopState, entries: readonly JournalEntry[]): void {
  let room = METRIC_LIMIT - Object.keys(state.metrics).length;
  for (const { seq, value } of entries) {
    for (const [metric, number] of metricsOf(value)) {
      const known = Object.hasOwn(state.metrics, metric) ? state.metrics[metric] : undefined;
      if (known !== undefined) known.count += 1;
      else if (room-- > 0) state.metrics[metric] = { value: number, seq, count: 1 };
    }
  }
}

/**
 * Forgets the metrics of removed entries. Where a baseline went with them, the next oldest entry that has the metric is
 * looked for. The count says whether there is one, so that no search is in vain; a search begins where the last one
 * ended, so that all searches for a metric together pass each entry once.
 */
export async function uncountMetrics(
  transaction: WriteTransaction,
  state: LoopState,
  removed: readonly JournalEntry[],
): Promise<void> {
  const orphans = new Set<string>();
  for (const { seq, value } of removed) {
    for (const [metric] of metricsOf(value)) {
      const known = Object.hasOwn(state.metrics, metric) ? state.metrics[metric] : undefined;
      if (known === undefined) continue;
      known.count -= 1;
      if (known.seq === seq) orphans.add(metric);
      if (known.count <= 0) {
        delete state.metrics[metric];
        orphans.delete(metric);
      }
    }
  }
  let from = Math.min(...[...orphans].map((metric) => state.metrics[metric]!.seq + 1));
  while (orphans.size > 0) {
    const entries = await transaction.readForward('history', from, CHUNK);
    for (const { seq, value } of entries) {
      for (const [metric, number] of metricsOf(value)) {
        const known = state.metrics[metric];
        if (known !== undefined && orphans.has(metric) && seq > known.seq) {
          Object.assign(known, { value: number, seq });
          orphans.delete(metric);
        }
      }
      if (orphans.size === 0) return;
    }
    if (entries.length < CHUNK) break;
    from = entries.at(-1)!.seq + 1;
  }
  // Only damage to the stored rows leaves a count without an entry; a metric without baseline is the honest answer.
  for (const metric of orphans) delete state.metrics[metric];
}

/** All numbers, a numeric timestamp among them: which field is the timestamp may change while entries are retained. */
function metricsOf(value: unknown): [string, number][] {
  const found: [string, number][] = [];
  if (!isPlainRecord(value)) return found;
  for (const [field, content] of Object.entries(value)) {
    const number = metricOf(content);
    if (number !== undefined) found.push([field, number]);
  }
  return found;
}
