/** Which part of the history to read; all of it is optional. */
export interface HistoryRange {
  /** The newest so many, at most 10,000. @default 100 */
  readonly limit?: number | undefined;
  /** Only entries with a smaller `seq`: pass the first one's to page back. */
  readonly before?: number | undefined;
  /** Not older than this instant, in epoch milliseconds. */
  readonly from?: number | undefined;
  /** Only entries older than this instant, which is itself **not** included, in epoch milliseconds. */
  readonly to?: number | undefined;
}
