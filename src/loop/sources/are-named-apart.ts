import { isFieldName } from '../../model/plain-data.ts';
import type { ActionSource } from './action-source.ts';

/**
 * Whether each source of a loop has a name of its own. Cursors are kept by name: of two sources of one name, each would be asked from
 * where the other one was. They are kept in a record, so that a name which every record inherits is none.
 */
export function areNamedApart(sources: readonly Pick<ActionSource, 'name' | 'loop'>[]): boolean {
  const places = new Set<string>();
  return sources.every(({ name, loop = 'default' }) => {
    const place = JSON.stringify([loop, name]);
    const isApart = isFieldName(name) && !places.has(place);
    places.add(place);
    return isApart;
  });
}
