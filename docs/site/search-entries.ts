/** What the search finds: a stretch of a page. */
export interface SearchEntry {
  readonly page: string;
  /** Empty for the beginning of a page. */
  readonly heading: string;
  readonly url: string;
  readonly text: string;
}

/** The entries as a script and not as JSON: a page read from a folder may load the one and not the other. */
export function searchScript(entries: readonly SearchEntry[]): string {
  const list = entries.map((entry, id) => ({ id, ...entry, text: entry.text.replaceAll(/\s+/g, ' ').slice(0, 2_000) }));
  return `window.searchEntries = ${JSON.stringify(list)};\n`;
}
