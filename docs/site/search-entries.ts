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

/** The pages for those who work on Nudgeloop, not with it. */
const INSIDE = /^(?:contributing|decisions\/|performance)/;

/** What an app needs comes before what its makers need, and a page's beginning before its details. */
export const weightOf = (route: string, isBeginning: boolean): number => (INSIDE.test(route) ? 0.3 : 1) * (isBeginning ? 1.25 : 1);

/** How to search. Who types the name of an option wants its explanation, not every place that mentions it. */
export const SEARCH_OPTIONS = {
  fields: ['heading', 'names', 'page', 'text'],
  storeFields: ['page', 'heading', 'url', 'text', 'weight'],
  searchOptions: { boost: { heading: 4, names: 6, page: 2 }, prefix: true, combineWith: 'AND' },
} as const;

/** The entries as a script, not as JSON: a page opened from a folder can load scripts only. */
export function searchScript(entries: readonly SearchEntry[]): string {
  const list = entries.map((entry, id) => ({ id, ...entry, text: entry.text.replaceAll(/\s+/g, ' ').slice(0, 2_000) }));
  return `window.searchOptions = ${JSON.stringify(SEARCH_OPTIONS)};\nwindow.searchEntries = ${JSON.stringify(list)};\n`;
}
