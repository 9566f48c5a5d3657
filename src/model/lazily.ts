/**
 * Makes a value when it is first asked for. Schemas are made this way: a single message starts a stopped worker, and
 * making all schemas takes longer than storing that message.
 *
 * @param make called once
 */
export function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
