import { cellOf, isUntested, type Compatibility } from './compatibility-table.ts';
import type { Outcome, Row } from './outcome.ts';

/** How an outcome compares with the committed page. */
export interface Comparison {
  /** `noted`: it differs, and that is allowed. */
  readonly is: 'same' | 'noted' | 'wrong';
  /** The difference. */
  readonly text: string;
}

/**
 * Compares an outcome with the committed page.
 *
 * @param engine the engine's column, and the version that ran
 */
export function compare(committed: Compatibility, row: Row, outcome: Outcome, engine: { readonly name: string; readonly version: string }): Comparison {
  const cell = cellOf(row, outcome);
  const told = committed.cells.get(row.title)?.get(engine.name);
  if (told === cell) return { is: 'same', text: '' };
  const text = `docs/compatibility.md says "${told ?? 'nothing'}", and here it is "${cell}".`;
  // What this machine can't test does not contradict what another one saw.
  if (told !== undefined && isUntested(cell)) return { is: 'noted', text };
  // Another version of the browser may have more. If it lacks something that it had, the loss is rather ours.
  const isOther = committed.columns.find(({ name }) => name === engine.name)?.version !== engine.version;
  if (told !== undefined && row.part === 'feature' && outcome.is === 'passed' && isOther) return { is: 'noted', text: `${text} It was another version.` };
  return { is: 'wrong', text: `${text} If that is right: npm run engines -- --write` };
}
