import { isNudgeloopError } from 'nudgeloop';
import { element } from './dom.ts';

/** Says in a place what went wrong: the SDK's own words, its code, and where in the input. */
export function showProblem(place: HTMLElement, error: unknown): void {
  const parts: (Node | string)[] = [error instanceof Error ? error.message : 'Something unknown went wrong.'];
  if (isNudgeloopError(error)) {
    parts.push(' Code: ', element('code', {}, error.code));
    const where = error.details?.['path'] ?? error.details?.['option'];
    if (typeof where === 'string' && where !== '') parts.push(', at ', element('code', {}, where));
    parts.push('.');
  }
  const text = parts.map((part) => (typeof part === 'string' ? part : part.textContent)).join('');
  // Written anew, an alert is read out anew.
  if (!place.hidden && place.textContent === text) return;
  place.replaceChildren(...parts);
  place.hidden = false;
}

/** Takes a problem off the screen. */
export function clearProblem(place: HTMLElement): void {
  place.hidden = true;
  place.replaceChildren();
}

/**
 * Does something and says in the place if it fails.
 *
 * @returns whether it went well
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
