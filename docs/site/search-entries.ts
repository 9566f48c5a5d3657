/** A search result: a part of a page. */
export interface SearchEntry {
  readonly page: string;
  /** Empty for the beginning of a page. */
  readonly heading: string;
  readonly url: string;
  readonly text: string;
  /** The names that are explained there. */
  readonly names: string;
}

/** How to search. Who types the name of an option wants its explanation, not every place that mentions it. */
export const SEARCH_OPTIONS = {
  fields: ['heading', 'names', 'page', 'text'],
  storeFields: ['page', 'heading', 'url', 'text'],
  searchOptions: { boost: { heading: 4, names: 6, page: 2 }, prefix: true, combineWith: 'AND' },
} as const;

/** The entries as a script, not as JSON: a page opened from a folder can load scripts only. */
export function searchScript(entries: readonly SearchEntry[]): string {
  const list = entries.map((entry, id) => ({ id, ...entry, text: entry.text.replaceAll(/\s+/g, ' ').slice(0, 2_000) }));
  return `window.searchOptions = ${JSON.stringify(SEARCH_OPTIONS)};\nwindow.searchEntries = ${JSON.stringify(list)};\n`;
}
