import { isNudgeloopError } from 'nudgeloop';
import { element } from './dom.ts';

/** Shows what went wrong: the SDK's message, its code, and the place in the input. */
export function showProblem(place: HTMLElement, error: unknown): void {
  const parts: (Node | string)[] = [error instanceof Error ? error.message : 'Something unknown went wrong.'];
  if (isNudgeloopError(error)) {
    parts.push(' Code: ', element('code', {}, error.code));
    const where = error.details?.['path'] ?? error.details?.['option'];
    if (typeof where === 'string' && where !== '') parts.push(', at ', element('code', {}, where));
    parts.push('.');
  }
  const text = parts.map((part) => (typeof part === 'string' ? part : part.textContent)).join('');
  // An alert that is rewritten is read out again.
  if (!place.hidden && place.textContent === text) return;
  place.replaceChildren(...parts);
  place.hidden = false;
}

export function clearProblem(place: HTMLElement): void {
  place.hidden = true;
  place.replaceChildren();
}

/**
 * Does something, and shows its failure.
 *
 * @returns whether it succeeded
 */
export async function attempt(place: HTMLElement, work: () => Promise<unknown> | void): Promise<boolean> {
  clearProblem(place);
  try {
    await work();
    return true;
  } catch (error) {
    showProblem(place, error);
    return false;
  }
}
