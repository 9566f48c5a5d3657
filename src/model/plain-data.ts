/** Any value that JSON can hold. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** The limits for a value from outside. */
export interface PlainDataLimits {
  /** Levels of nesting; the outermost record is level 1. */
  readonly depth: number;
  /** Values in all: records, lists and leaves. */
  readonly nodes: number;
  /** Characters of keys and strings together, as a bound on bytes (a UTF-16 unit is at most 3 bytes in UTF-8). */
  readonly characters: number;
}

/** What was wrong with a value, and where. Never the value itself, since this text reaches logs. */
export interface PlainDataProblem {
  /** Dotted path below the value; empty for the value itself. */
  readonly path: string;
  /** One of a few words: `cycle or too deep`, `not a finite number`, `forbidden key`, … */
  readonly problem: string;
}

/** The problem of a value that is nested too deeply, as every cycle is. */
export const TOO_DEEP = 'cycle or too deep';

/** Whether a key could reach a prototype if someone downstream merges or assigns a record naively. */
function isForbiddenKey(key: string): boolean {
  return key === '__proto__' || key === 'constructor' || key === 'prototype';
}

/** Whether an app may give a field this name. What every record inherits can't be told from a field of its own. */
export function isFieldName(name: unknown): name is string {
  return typeof name === 'string' && name !== '' && !isForbiddenKey(name) && !(name in {});
}

const { hasOwnProperty: hasOwn } = Object.prototype;

class Refusal extends Error {
  /** Keys from the inside out, as the walk leaves them. */
  readonly path: (string | number)[] = [];
}

/**
 * An object whose type is an interface, which TypeScript does not accept as a record. Other objects are kept out by
 * symbols that only they have: lists, promises, dates, maps, functions. Symbols, because an editor would offer names to
 * complete.
 */
export type PlainObject = object & {
  readonly [Sign in typeof Symbol.iterator | typeof Symbol.toStringTag | typeof Symbol.toPrimitive | typeof Symbol.hasInstance]?: never;
};

/** What is left of the limits. */
interface Budget {
  readonly depth: number;
  nodes: number;
  characters: number;
}

/**
 * Copies a value as plain data, or says why it is not plain data. This runs before any schema, because structured clone
 * lets through what breaks a schema walk: cycles, lists of four billion holes, graphs that share one node a million
 * times. A depth and a node budget stop all of them without a table of visited values: what is referenced in several
 * places is copied and counted each time. Properties that are `undefined` are left out, as in JSON.
 *
 * @param value anything at all
 * @param limits the budget
 * @returns the copy as `data` and the characters and nodes it took as `size`, or the `problem`
 */
export function copyPlainData(value: unknown, limits: PlainDataLimits): Copied<JsonValue> {
  const budget: Budget = { ...limits };
  try {
    const data = copyValue(value, 1, budget);
    return { data, size: limits.characters - budget.characters + limits.nodes - budget.nodes };
  } catch (error) {
    const { message, path } = refusalOf(error);
    return { problem: { path: path.reverse().join('.').slice(0, 200), problem: message } };
  }
}

/** The same of a value that is to be a record. */
export function copyPlainRecord(value: unknown, limits: PlainDataLimits): Copied<Readonly<Record<string, JsonValue>>> {
  if (!isObject(value)) return { problem: { path: '', problem: 'not a record' } };
  return copyPlainData(value, limits) as Copied<Readonly<Record<string, JsonValue>>>;
}

/** A copy, and how many characters and nodes it took; or why there is none. */
export type Copied<T> = { readonly data: T; readonly size: number } | { readonly problem: PlainDataProblem };

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
      if (depth > budget.depth) throw new Refusal(TOO_DEEP);
      return isList(from) ? copyList(from, depth, budget) : copyRecord(from, depth, budget);
    default:
      throw new Refusal(`not plain data (${typeof from})`);
  }
}

function copyList(from: readonly unknown[], depth: number, budget: Budget): JsonValue {
  // Check the length before the items: a list of 2^32-1 holes costs nothing to send and minutes to walk.
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
  if (!isPlain(from)) throw new Refusal('not plain data (class instance)');
  let at: string | undefined;
  try {
    // Checked before the fields are read, as for a list.
    if (Object.keys(from).length > budget.nodes) throw new Refusal('too many values');
    // Copy all fields at once, then check each: V8 copies a small record whole in a quarter of the time. Symbols are
    // copied too, and nothing reads them: to look for them would take longer than all the rest.
    const to: Record<string, unknown> = { ...from };
    // Not `Object.keys`: its strings take three times as long to look up. `hasOwn`, since `Object.prototype` may be
    // extended.
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
    throw refusalOf(error, at ?? unreadableKey(from as Readonly<Record<string, unknown>>));
  }
}

/** The field that throws when it is read. A proxy may throw at any access; then there is no field to name. */
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

/** Adds a key to a refusal on its way out. A getter or a proxy trap may throw anything: that is not plain data either. */
function refusalOf(error: unknown, key?: string | number): Refusal {
  const refusal = error instanceof Refusal ? error : new Refusal('not plain data (unreadable property)');
  if (key !== undefined) refusal.path.push(key);
  return refusal;
}

/** Tells a record (an object literal, a parsed JSON object, one of another realm) from a class instance. */
export function isPlainRecord(value: unknown): value is Record<string, unknown> {
  return isObject(value) && isPlain(value);
}

/** Whether a value is a record or an instance of a class. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !isList(value);
}

function isPlain(value: object): boolean {
  try {
    const prototype: unknown = Object.getPrototypeOf(value);
    // In any realm, the prototype of `Object.prototype` is null.
    return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
  } catch {
    return false;
  }
}

/** Whether a value is a list. A revoked proxy, on which even `Array.isArray` throws, is not. */
export function isList(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}
