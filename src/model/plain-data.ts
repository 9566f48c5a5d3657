/** Any value that JSON can hold. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** What a value from outside may cost at the most. */
export interface PlainDataLimits {
  /** Levels of nesting; the outermost record is level 1. */
  readonly depth: number;
  /** Values in all: records, lists and leaves. */
  readonly nodes: number;
  /** Characters of keys and strings together, as a bound on bytes (a UTF-16 unit is at most 3 bytes in UTF-8). */
  readonly characters: number;
}

/** What was wrong with a value, and where: never the value itself, since this text reaches logs. */
export interface PlainDataProblem {
  /** Dotted path below the value, empty for the value itself. */
  readonly path: string;
  /** One of a few words: `cycle or too deep`, `not a finite number`, `forbidden key`, … */
  readonly problem: string;
}

/** Whether a key reaches a prototype when a record is merged or assigned naively by somebody downstream. */
function isForbiddenKey(key: string): boolean {
  return key === '__proto__' || key === 'constructor' || key === 'prototype';
}

/** Whether an app may name a field so: what every record inherits can't be told from a field of its own. */
export function isFieldName(name: unknown): name is string {
  return typeof name === 'string' && name !== '' && !isForbiddenKey(name) && !(name in {});
}

const { hasOwnProperty: hasOwn } = Object.prototype;

class Refusal extends Error {
  /** From the inside out, as it is left. */
  readonly path: (string | number)[] = [];
}

/** What is left of the limits. */
/**
 * An object whose type is an interface, which TypeScript never takes for a record. What is no plain object is kept out by what only that
 * has: lists, promises, dates, maps, functions. Symbols do that, since a name would be offered to whoever writes an action.
 */
export type PlainObject = object & {
  readonly [Sign in typeof Symbol.iterator | typeof Symbol.toStringTag | typeof Symbol.toPrimitive | typeof Symbol.hasInstance]?: never;
};

interface Budget {
  readonly depth: number;
  nodes: number;
  characters: number;
}

/**
 * Copies a value as plain data, or says why it is none. Walks before any schema does, because structured clone lets
 * through what breaks a schema walk: cycles, lists of four billion holes, graphs that share one node a million times.
 * A depth and a node budget stop all of them, without a table of what was seen: what stands in several places is copied to each,
 * and counted each time. Properties that are `undefined` are left out, as in JSON.
 *
 * @param value anything at all
 * @param limits the budget
 * @returns the copy under `data`, and what it took of characters and nodes together, or the `problem`
 */
export function copyPlainData(value: unknown, limits: PlainDataLimits): Copied<JsonValue> {
  return copied(value, limits, copyValue);
}

/**
 * The same for what `isPlainRecord` said yes to, which is not asked again.
 *
 * @param record a plain record, whatever is in it
 * @param limits the budget
 */
export function copyPlainRecord(record: Readonly<Record<string, unknown>>, limits: PlainDataLimits): Copied<Record<string, JsonValue>> {
  return copied(record, limits, copyKnownRecord);
}

function copyKnownRecord(from: Readonly<Record<string, unknown>>, depth: number, budget: Budget): Record<string, JsonValue> {
  budget.nodes -= 1;
  return copyFields(from, depth, budget);
}

/** A copy, and what it took of characters and nodes together; or why there is none. */
export type Copied<T> = { readonly data: T; readonly size: number } | { readonly problem: PlainDataProblem };

function copied<From, T>(from: From, limits: PlainDataLimits, copy: (from: From, depth: number, budget: Budget) => T): Copied<T> {
  const budget: Budget = { depth: limits.depth, nodes: limits.nodes, characters: limits.characters };
  try {
    const data = copy(from, 1, budget);
    return { data, size: limits.characters - budget.characters + limits.nodes - budget.nodes };
  } catch (error) {
    const { message, path } = refusalOf(error);
    return { problem: { path: path.reverse().join('.').slice(0, 200), problem: message } };
  }
}

function copyValue(from: unknown, depth: number, budget: Budget): JsonValue {
  if (--budget.nodes < 0) throw new Refusal('too many values');
  switch (typeof from) {
    case 'number':
      if (!Number.isFinite(from)) throw new Refusal('not a finite number');
      return from;
    case 'string':
      spend(from.length, budget);
      return from;
    case 'boolean':
      return from;
    case 'object':
      if (from === null) return null;
      if (depth > budget.depth) throw new Refusal('cycle or too deep');
      return isList(from) ? copyList(from, depth, budget) : copyRecord(from, depth, budget);
    default:
      throw new Refusal(`not plain data (${typeof from})`);
  }
}

function copyList(from: readonly unknown[], depth: number, budget: Budget): JsonValue {
  // The length is looked at before the items: a list of 2^32-1 holes costs nothing to send and minutes to walk.
  if (from.length > budget.nodes) throw new Refusal('too many values');
  const to: JsonValue[] = [];
  for (let index = 0; index < from.length; index += 1) {
    try {
      to.push(copyValue(from[index], depth + 1, budget));
    } catch (error) {
      throw refusalOf(error, index);
    }
  }
  return to;
}

function copyRecord(from: object, depth: number, budget: Budget): JsonValue {
  if (!isPlainRecord(from)) throw new Refusal('not plain data (class instance)');
  return copyFields(from, depth, budget);
}

function copyFields(from: Readonly<Record<string, unknown>>, depth: number, budget: Budget): Record<string, JsonValue> {
  let at: string | undefined;
  try {
    // Before they are read, as with a list.
    if (Object.keys(from).length > budget.nodes) throw new Refusal('too many values');
    // All fields at once, then a look at each: V8 copies a small record whole in a quarter of the time that field by field takes.
    // What stands under a symbol comes along, which nothing reads: to look for symbols takes longer than all the rest.
    const to: Record<string, unknown> = { ...from };
    // Not `Object.keys`, which makes a list of strings that take three times as long to look up. Somebody may have added to `Object.prototype`.
    for (const key in to) {
      if (!hasOwn.call(to, key)) continue;
      at = key;
      if (isForbiddenKey(key)) throw new Refusal('forbidden key');
      const item = to[key];
      if (item === undefined) {
        budget.nodes -= 1;
        delete to[key];
        continue;
      }
      spend(key.length, budget);
      const copy = copyValue(item, depth + 1, budget);
      if (copy !== item) to[key] = copy;
    }
    return to as Record<string, JsonValue>;
  } catch (error) {
    throw refusalOf(error, at ?? unreadableKey(from));
  }
}

/** The field that throws when it is read; a proxy may throw at any look, and then there is none to name. */
function unreadableKey(from: Readonly<Record<string, unknown>>): string | undefined {
  let at: string | undefined;
  try {
    for (at of Object.keys(from)) void from[at];
    return undefined;
  } catch {
    return at;
  }
}

function spend(length: number, budget: Budget): void {
  budget.characters -= length;
  if (budget.characters < 0) throw new Refusal('too large');
}

/** A refusal on its way out, past one more key. A getter or a proxy trap may throw anything: as little plain data as a function is. */
function refusalOf(error: unknown, key?: string | number): Refusal {
  const refusal = error instanceof Refusal ? error : new Refusal('not plain data (unreadable property)');
  if (key !== undefined) refusal.path.push(key);
  return refusal;
}

/**
 * Whether a value nests deeper than so many levels; a cycle does. A walk without a copy, for what is checked elsewhere.
 *
 * @param budget values that are looked at, leaves too: one list of numbers that is met a thousand times costs each time. Where they
 * do not suffice, the answer is yes
 */
export function isDeeperThan(depth: number, value: unknown, budget: { nodes: number }): boolean {
  if (--budget.nodes < 0) return true;
  if (typeof value !== 'object' || value === null) return false;
  if (depth === 0) return true;
  // Only own keys: a list of 2^32-1 holes has none.
  return Object.values(value).some((inner) => isDeeperThan(depth - 1, inner, budget));
}

/** Tells a record (an object literal, a parsed JSON object, one of another realm) from a class instance. */
export function isPlainRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || isList(value)) return false;
  try {
    const prototype: unknown = Object.getPrototypeOf(value);
    // The prototype of `Object.prototype`, in whichever realm, is null.
    return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
  } catch {
    return false;
  }
}

/** Tells a list; a revoked proxy, at which even `Array.isArray` throws, is none. */
export function isList(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}
