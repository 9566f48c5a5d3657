import { kinds } from './kinds.ts';
import { shapes } from './shapes.ts';
import { value, type HostileValue } from './value.ts';

export { entrancesOf, type Entrance, type Fate, type HostileValue } from './value.ts';

/** The prototype of a record of another realm; a frame or `node:vm` gives a real one. */
export function ofAnotherRealm(evaluate: (code: string) => unknown): readonly HostileValue[] {
  return [
    value('a record of another realm', ['accepted', 'accepted', 'accepted'], () => evaluate('({ steps: 1, list: [1, { deep: true }] })')),
    value('a date of another realm', ['refused', 'refused', null], () => evaluate('new Date(0)')),
    value('a Map of another realm', ['refused', 'refused', null], () => evaluate('new Map()')),
    value('an own __proto__ of another realm', ['refused', 'refused', 'refused'], () => evaluate('JSON.parse(\'{"__proto__": {"canary": 1}}\')')),
  ];
}

/** Everything that a loop must either take as plain data or refuse with a typed error, as a field of an action or a goal. */
export const corpus: readonly HostileValue[] = [...shapes, ...kinds];

/** Those that a message or a row can hold. */
export const cloneable: readonly HostileValue[] = corpus.filter(({ cloned }) => cloned !== null);

/** Those that a JSON file can hold. */
export const parseable: readonly HostileValue[] = corpus.filter(({ parsed }) => parsed !== null);
