import { cellOf, isUntested, type Compatibility } from './compatibility-table.ts';
import type { Outcome, Row } from './outcome.ts';

/** How an outcome stands to what the committed page says of it. */
export interface Comparison {
  /** `noted`: it is otherwise, and may be. */
  readonly is: 'same' | 'noted' | 'wrong';
  /** What is otherwise. */
  readonly text: string;
}

/**
 * Compares an outcome with the committed page.
 *
 * @param engine the engine's column and the version that was run
 */
export function compare(committed: Compatibility, row: Row, outcome: Outcome, engine: { readonly name: string; readonly version: string }): Comparison {
  const cell = cellOf(row, outcome);
  const told = committed.cells.get(row.title)?.get(engine.name);
  if (told === cell) return { is: 'same', text: '' };
  const text = `docs/compatibility.md says "${told ?? 'nothing'}", and here it is "${cell}".`;
  // What could not be brought about on this machine says nothing against what was seen on another.
  if (told !== undefined && isUntested(cell)) return { is: 'noted', text };
  // Another version of the browser may have more. What it had and has no more is rather lost by us.
  const isOther = committed.columns.find(({ name }) => name === engine.name)?.version !== engine.version;
  if (told !== undefined && row.part === 'feature' && outcome.is === 'passed' && isOther) return { is: 'noted', text: `${text} It was another version.` };
  return { is: 'wrong', text: `${text} If that is right: npm run engines -- --write` };
}
