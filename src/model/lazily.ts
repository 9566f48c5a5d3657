/**
 * Makes a value when it is first asked for. Schemas are made so: a worker that was stopped is started by a single message, and all
 * schemas together take longer to make than that message takes to be stored.
 *
 * @param make is called once
 */
export function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
