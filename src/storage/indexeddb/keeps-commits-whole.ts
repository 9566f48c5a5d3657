/**
 * Whether `commit()` may be called while requests are in progress. If one of them fails, the transaction must be undone
 * (Indexed Database API 3.0, "asynchronously execute a request"). Firefox (seen in 140) undoes it only if the last one
 * failed, and otherwise commits the rest: on a full disk that refuses a large row, a state without its actions. If
 * `commit()` is not called, Firefox undoes the transaction too.
 *
 * The engine is told by properties that only its errors have, since a user agent may be made up.
 */
export function keepsCommitsWhole(): boolean {
  return !('lineNumber' in new Error('whose engine'));
}
