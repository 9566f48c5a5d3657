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

/** Keys that reach a prototype when a record is merged or assigned naively by somebody downstream. */
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** Whether an app may name a field so: what every record inherits can't be told from a field of its own. */
export function isFieldName(name: unknown): name is string {
  return typeof name === 'string' && name !== '' && !FORBIDDEN_KEYS.has(name) && !(name in {});
}

class Refusal extends Error {
  constructor(readonly reason: string) {
    super(reason);
  }
}

/**
 * Copies a value as plain data, or says why it is none. Walks before any schema does, because structured clone lets
 * through what breaks a schema walk: cycles, lists of four billion holes, graphs that share one node a million times.
 * A depth and a node budget stop all of them, without a table of what was seen. Properties that are `undefined` are
 * left out, as in JSON.
 *
 * @param value anything at all
 * @param limits the budget
 * @returns the copy under `data`, and what it took of characters and nodes together, or the `problem`
 */
export function copyPlainData(
  value: unknown,
  limits: PlainDataLimits,
): { readonly data: JsonValue; readonly size: number } | { readonly problem: PlainDataProblem } {
  const path: (string | number)[] = [];
  let nodes = limits.nodes;
  let characters = limits.characters;

  const spend = (length: number): void => {
    characters -= length;
    if (characters < 0) throw new Refusal('too large');
  };

  const copy = (from: unknown, depth: number): JsonValue => {
    if (--nodes < 0) throw new Refusal('too many values');
    switch (typeof from) {
      case 'number':
        if (!Number.isFinite(from)) throw new Refusal('not a finite number');
        return from;
      case 'string':
        spend(from.length);
        return from;
      case 'boolean':
        return from;
      case 'object':
        if (from === null) return null;
        if (depth > limits.depth) throw new Refusal('cycle or too deep');
        return isList(from) ? copyList(from, depth) : copyRecord(from, depth);
      default:
        throw new Refusal(`not plain data (${typeof from})`);
    }
  };

  const copyList = (from: readonly unknown[], depth: number): JsonValue => {
    // The length is looked at before the items: a list of 2^32-1 holes costs nothing to send and minutes to walk.
    if (from.length > nodes) throw new Refusal('too many values');
    const to: JsonValue[] = [];
    for (let index = 0; index < from.length; index += 1) {
      path.push(index);
      to.push(copy(from[index], depth + 1));
      path.pop();
    }
    return to;
  };

  const copyRecord = (from: object, depth: number): JsonValue => {
    if (!isPlainRecord(from)) throw new Refusal('not plain data (class instance)');
    const to: Record<string, JsonValue> = {};
    for (const key of Object.keys(from)) {
      path.push(key);
      if (FORBIDDEN_KEYS.has(key)) throw new Refusal('forbidden key');
      const item = from[key];
      if (item !== undefined) {
        spend(key.length);
        to[key] = copy(item, depth + 1);
      }
      path.pop();
    }
    return to;
  };

  try {
    const data = copy(value, 1);
    return { data, size: limits.characters - characters + limits.nodes - nodes };
  } catch (error) {
    // A getter or a proxy trap may throw anything; that is as little plain data as a function is.
    const problem = error instanceof Refusal ? error.reason : 'not plain data (unreadable property)';
    return { problem: { path: path.join('.').slice(0, 200), problem } };
  }
}

/**
 * Whether a value nests deeper than so many levels; a cycle does. A walk without a copy, for what is checked elsewhere.
 *
 * @param budget values that are looked at; where they do not suffice, the answer is yes
 */
export function isDeeperThan(depth: number, value: unknown, budget: { nodes: number }): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (depth === 0 || --budget.nodes < 0) return true;
  // Only own keys: a list of 2^32-1 holes has none.
  return Object.values(value).some((inner) => isDeeperThan(depth - 1, inner, budget));
}

/** Tells a record (an object literal, a parsed JSON object, one of another realm) from a class instance. */
export function isPlainRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || isList(value)) return false;
  try {
    const prototype: unknown = Object.getPrototypeOf(value);
    // The prototype of `Object.prototype`, in whichever realm, is null.
    return prototype === null || Object.getPrototypeOf(prototype) === null;
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
