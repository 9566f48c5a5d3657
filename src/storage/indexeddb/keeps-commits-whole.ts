/**
 * Whether `commit()` may be called while requests are under way. Where one of them fails, the transaction must be undone (Indexed Database
 * API 3.0, "asynchronously execute a request"). Firefox (seen in 140) undoes it only if the last one failed, and else completes with the rest:
 * a state without its actions, when a large row is refused on a full disk. Left to commit by itself, it undoes the transaction there too.
 *
 * Told by what the errors of its engine have and others' have not; a user agent may be made up.
 */
export function keepsCommitsWhole(): boolean {
  return !('lineNumber' in new Error('whose engine'));
}
