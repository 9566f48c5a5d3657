/** What the search finds: a stretch of a page. */
export interface SearchEntry {
  readonly page: string;
  /** Empty for the beginning of a page. */
  readonly heading: string;
  readonly url: string;
  readonly text: string;
  /** What is explained there, by its names. */
  readonly names: string;
}

/** How they are found. Who types the name of an option looks for where it is explained, and not for each place that mentions it. */
export const SEARCH_OPTIONS = {
  fields: ['heading', 'names', 'page', 'text'],
  storeFields: ['page', 'heading', 'url', 'text'],
  searchOptions: { boost: { heading: 4, names: 6, page: 2 }, prefix: true, combineWith: 'AND' },
} as const;

/** The entries as a script and not as JSON: a page read from a folder may load the one and not the other. */
export function searchScript(entries: readonly SearchEntry[]): string {
  const list = entries.map((entry, id) => ({ id, ...entry, text: entry.text.replaceAll(/\s+/g, ' ').slice(0, 2_000) }));
  return `window.searchOptions = ${JSON.stringify(SEARCH_OPTIONS)};\nwindow.searchEntries = ${JSON.stringify(list)};\n`;
}
