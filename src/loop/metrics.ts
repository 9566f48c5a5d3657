import type { JournalEntry, WriteTransaction } from '../storage/persistence.ts';
import type { LoopState } from './loop-state.ts';
import { metricOf } from './numeric.ts';

/** Entries that are read at once while a new baseline is looked for. */
const CHUNK = 64;

/** Takes note of the metrics of new entries: the first to have one sets its baseline. */
export function countMetrics(state: LoopState, entries: readonly JournalEntry[]): void {
  for (const { seq, value } of entries) {
    for (const [metric, number] of metricsOf(value)) {
      const known = Object.hasOwn(state.metrics, metric) ? state.metrics[metric] : undefined;
      if (known === undefined) state.metrics[metric] = { value: number, seq, count: 1 };
      else known.count += 1;
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
  for (const [field, content] of Object.entries(value as Readonly<Record<string, unknown>>)) {
    const number = metricOf(content);
    if (number !== undefined) found.push([field, number]);
  }
  return found;
}
