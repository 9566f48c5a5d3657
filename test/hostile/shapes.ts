import { value, type HostileValue } from './value.ts';

function cycle(): object {
  const ring: Record<string, unknown> = { steps: 1 };
  ring['self'] = { back: [ring] };
  return ring;
}

function nested(depth: number): object {
  let inner: object = { steps: 1 };
  for (let level = 1; level < depth; level += 1) inner = { inner };
  return inner;
}

/** Small to send, 2^levels nodes to walk. */
function shared(levels: number): object {
  let node: object = { steps: 1 };
  for (let level = 1; level < levels; level += 1) node = { left: node, right: node };
  return node;
}

/** Free to send, minutes to walk. */
function sparse(): unknown[] {
  const holes: unknown[] = [];
  holes.length = 4_294_967_295;
  return holes;
}

/** More than the values that one action may hold, and no more than that: a clone of ten times as many takes a tenth of a second. */
const MANY = 20_000;

function manyKeys(): object {
  return Object.fromEntries(Array.from({ length: MANY }, (_, index) => [`key${index}`, index]));
}

function own(key: string): object {
  return JSON.parse(`{ "steps": 1, "${key}": { "canary": "polluted" } }`) as object;
}

/** Values that cost or harm by their shape: how deep, how many, how long, under which key. */
export const shapes: readonly HostileValue[] = [
  value('a cycle', ['refused', 'refused', null], cycle),
  value('20 levels', ['refused', 'refused', 'refused'], () => nested(20)),
  // Engines differ in how deep a clone goes; this is too deep for V8.
  value('3,000 levels', ['refused', null, 'refused'], () => nested(3_000)),
  value('one node shared on 40 levels', ['refused', 'refused', null], () => shared(40)),
  value('one node shared on 4 levels', ['accepted', 'accepted', 'accepted'], () => shared(4)),
  value('four billion holes', ['refused', 'refused', null], sparse),
  // oxlint-disable-next-line no-sparse-arrays -- the hole is the point
  value('a hole', ['refused', 'refused', null], () => [1, , 2]),
  value('a list with keys of its own', ['accepted', 'accepted', null], () => Object.assign([1], { constructor: { canary: 1 } })),
  value('an own __proto__', ['refused', 'refused', 'refused'], () => own('__proto__')),
  value('an own constructor', ['refused', 'refused', 'refused'], () => own('constructor')),
  value('an own prototype', ['refused', 'refused', 'refused'], () => own('prototype')),
  value('own names of methods', ['accepted', 'accepted', 'accepted'], () => ({ toString: 1, hasOwnProperty: 2, valueOf: 3 })),
  value('20,000 keys', ['refused', 'refused', 'refused'], manyKeys),
  value('20,000 items', ['refused', 'refused', 'refused'], () => Array.from({ length: MANY }, () => 0)),
  value('10 MB of text', ['refused', 'refused', 'refused'], () => 'x'.repeat(10_000_000)),
  value('a key of 1 MB', ['refused', 'refused', 'refused'], () => ({ ['k'.repeat(1_000_000)]: 1 })),
  value('half a surrogate pair', ['accepted', 'accepted', 'accepted'], () => '\uD800'),
  value('half a surrogate pair as a key', ['accepted', 'accepted', 'accepted'], () => ({ '\uDFFF': 1 })),
  value('text of zeros and directions', ['accepted', 'accepted', 'accepted'], () => 'a\u0000b\u202Ec'),
];
