/**
 * A field of a record, or undefined. Not by `record[name]`: a metric may be named like what every object has, such as
 * `toString`.
 */
export function fieldOf<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}
