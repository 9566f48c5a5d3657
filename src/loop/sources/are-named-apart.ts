import type { ActionSource } from './action-source.ts';

/**
 * Whether each source of a loop has a name of its own. Cursors are kept by name: of two sources of one name, each would be asked from
 * where the other one was.
 */
export function areNamedApart(sources: readonly ActionSource[]): boolean {
  const places = new Set<string>();
  return sources.every(({ name, loop = 'default' }) => {
    const place = JSON.stringify([loop, name]);
    const isApart = typeof name === 'string' && name !== '' && !places.has(place);
    places.add(place);
    return isApart;
  });
}
