/** Which part of the history to read. Every field is optional. */
export interface HistoryRange {
  /** How many entries, counted from the newest; at most 10,000. @default 100 */
  readonly limit?: number | undefined;
  /** Only entries with a smaller `seq`. To page back, pass the `seq` of the first one you have. */
  readonly before?: number | undefined;
  /** Only entries of this instant or later, in epoch milliseconds. */
  readonly from?: number | undefined;
  /** Only entries before this instant (exclusive), in epoch milliseconds. */
  readonly to?: number | undefined;
}
