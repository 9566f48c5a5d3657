import { find } from './dom.ts';
import { clearProblem } from './problem.ts';

/**
 * Takes off the screen what belongs to the loop shown so far, until another one is read: each place that has `data-unread` shows that
 * text again.
 */
export function clearLoop(): void {
  for (const place of document.querySelectorAll<HTMLElement>('[data-unread]')) {
    place.textContent = place.dataset['unread'] ?? '';
    place.hidden = false;
  }
  document.querySelectorAll<HTMLElement>('[role=alert]').forEach(clearProblem);
  setBusy(true);
}

/** Says whether the page still waits for the loop to be read. */
export function setBusy(isBusy: boolean): void {
  find('main', HTMLElement).setAttribute('aria-busy', String(isBusy));
}
