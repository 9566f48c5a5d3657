/** A search result: a part of a page. */
export interface SearchEntry {
  readonly page: string;
  /** Empty for the beginning of a page. */
  readonly heading: string;
  readonly url: string;
  readonly text: string;
  /** The names that are explained there. */
  readonly names: string;
  /** How much it counts beside others with the same words. */
  readonly weight: number;
}

/** The weight of a page, by how its route begins. A question wants a guide; a name is found in the API anyway. */
const WEIGHTS: readonly (readonly [begins: RegExp, weight: number])[] = [
  // For those who work on Nudgeloop, not with it.
  [/^(?:contributing|decisions\/|performance)/, 0.3],
  [/^changelog/, 0.5],
  [/^migration/, 0.7],
  [/^api\/(?:core|nudgeloop\.js)\./, 0.5],
  [/^api\//, 0.7],
];

/** What an app needs comes before what its makers need, and a page's beginning before its details. */
export const weightOf = (route: string, isBeginning: boolean): number =>
  (WEIGHTS.find(([begins]) => begins.test(route))?.[1] ?? 1) * (isBeginning ? 1.25 : 1);

/** The entries as a script, not as JSON: a page opened from a folder can load scripts only. */
export function searchScript(entries: readonly SearchEntry[]): string {
  const list = entries.map((entry, id) => ({ id, ...entry, text: entry.text.replaceAll(/\s+/g, ' ') }));
  return `window.searchEntries = ${JSON.stringify(list)};\n`;
}
