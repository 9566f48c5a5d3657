import { bounds } from './checkers/bounds.ts';
import type { Checker, CheckerName, Finding } from './checkers/checker.ts';
import { clean } from './checkers/clean.ts';
import { epoch } from './checkers/epoch.ts';
import { fence } from './checkers/fence.ts';
import { noLoss } from './checkers/no-loss.ts';
import { noPhantom } from './checkers/no-phantom.ts';
import { once } from './checkers/once.ts';
import { oneVerdict } from './checkers/one-verdict.ts';
import { order } from './checkers/order.ts';
import { settles } from './checkers/settles.ts';
import type { FinalState } from './final-state.ts';
import type { HistoryEvent } from './history.ts';

export type { Checker, CheckerName, Finding } from './checkers/checker.ts';

/** All checkers, C1 to C10. */
export const checkers: readonly Checker[] = [noLoss, once, noPhantom, oneVerdict, order, fence, settles, epoch, clean, bounds];

/**
 * Judges a history with some checkers.
 *
 * @param names which ones; C7 always judges too
 * @param history what happened
 * @param final what was found in the end
 */
export function judge(names: readonly CheckerName[], history: readonly HistoryEvent[], final: FinalState): Finding[] {
  const wanted = new Set<CheckerName>([...names, 'C7']);
  return checkers.filter(({ name }) => wanted.has(name)).flatMap((checker) => checker.judge(history, final));
}
