import { element } from './dom.ts';
import { formatValue } from './format.ts';

/**
 * The fields of a record in one line. Each name and each value stands for itself: text of another direction, or with a
 * mark that turns what follows around, must not touch the next one.
 *
 * @param between between a name and its value
 */
export function fieldsOf(record: Readonly<Record<string, unknown>>, between = ' '): readonly (Node | string)[] {
  return Object.entries(record).flatMap(([name, value], index) => [
    index === 0 ? '' : ', ',
    element('bdi', {}, name),
    between,
    element('bdi', {}, formatValue(value)),
  ]);
}
