import { isFieldName } from '../../model/plain-data.ts';
import type { ActionSource } from './action-source.ts';

/**
 * Whether each source of a loop has a name of its own. Cursors are kept by name, so two sources with the same name
 * would continue from each other's cursor. They are kept in a record, so the name of an inherited property is not
 * allowed either.
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
