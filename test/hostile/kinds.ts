import { value, type HostileValue } from './value.ts';

class Steps {
  readonly steps = 1;
  toJSON(): never {
    throw new TypeError('canary');
  }
}

const explode = (): never => {
  throw new TypeError('canary');
};

/** Throws at whatever is done to it. */
function trap(): object {
  const traps = { get: explode, has: explode, ownKeys: explode, getPrototypeOf: explode, getOwnPropertyDescriptor: explode };
  return new Proxy({}, traps);
}

function revoked(target: object): unknown {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

/** A number when it is checked, something else when it is used. */
function fickle(): object {
  let reads = 0;
  return {
    get steps() {
      reads += 1;
      return reads === 1 ? 1 : () => 'canary';
    },
  };
}

const get = (read: () => unknown): object => Object.defineProperty({}, 'steps', { get: read, enumerable: true });

/** Values that harm by what they are: no JSON, or JSON in disguise. */
export const kinds: readonly HostileValue[] = [
  value('a BigInt', ['refused', 'refused', null], () => 1n),
  value('NaN', ['refused', 'refused', null], () => Number.NaN),
  value('Infinity', ['refused', 'refused', null], () => Number.POSITIVE_INFINITY),
  // JSON writes 0 for it, and reads -0.
  value('minus zero', ['accepted', 'accepted', 'accepted'], () => -0),
  value('the largest number', ['accepted', 'accepted', 'accepted'], () => Number.MAX_VALUE),
  value('undefined', ['accepted', 'accepted', null], () => undefined),
  value('a date', ['refused', 'refused', null], () => new Date(0)),
  value('an invalid date', ['refused', 'refused', null], () => new Date(Number.NaN)),
  value('what only inherits from Date', ['refused', 'accepted', null], () => Object.create(Date.prototype) as unknown),
  value('a Map', ['refused', 'refused', null], () => new Map([['steps', 1]])),
  value('a Set', ['refused', 'refused', null], () => new Set([1])),
  value('a Blob', ['refused', 'refused', null], () => new Blob(['canary'])),
  value('an ArrayBuffer', ['refused', 'refused', null], () => new ArrayBuffer(1_024)),
  value('a typed array', ['refused', 'refused', null], () => new Float64Array(1_024)),
  value('a RegExp', ['refused', 'refused', null], () => /(a+)+$/),
  value('an Error', ['refused', 'refused', null], () => new RangeError('canary')),
  value('a boxed number', ['refused', 'refused', null], () => Object(1) as unknown),
  // A clone of an instance is a record of its own fields.
  value('a class instance', ['refused', 'accepted', null], () => new Steps()),
  value('a function', ['refused', null, null], () => explode),
  value('a symbol', ['refused', null, null], () => Symbol('canary')),
  value('a promise', ['refused', null, null], () => Promise.resolve(1)),
  value('a record with toJSON', ['refused', null, null], () => ({ steps: 1, toJSON: explode })),
  value('a getter that throws', ['refused', null, null], () => get(explode)),
  value('a getter that throws no error', ['refused', null, null], () => get(() => { throw null as unknown as Error; })),
  value('a Proxy that throws', ['refused', null, null], trap),
  value('a revoked Proxy', ['refused', null, null], () => revoked({})),
  value('a revoked Proxy of a list', ['refused', null, null], () => revoked([])),
  value('an accessor that changes its answer', ['accepted', 'accepted', 'accepted'], fickle),
  value('an endless iterator', ['refused', null, null], () => ({ [Symbol.iterator]: 1, *next() { for (;;) yield 1; } })),
  value('a record without prototype', ['accepted', 'accepted', 'accepted'], () => Object.assign(Object.create(null) as object, { steps: 1 })),
  value('a record that inherits', ['refused', 'accepted', null], () => Object.create({ steps: 1 }) as unknown),
];
