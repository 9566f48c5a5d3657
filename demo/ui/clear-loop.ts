import { find } from './dom.ts';
import { clearProblem } from './problem.ts';

/**
 * Clears what the page shows of the previous loop, until another one is read. Each place with `data-unread` shows that
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

/** Tells whether the page still waits for the loop to be read. */
export function setBusy(isBusy: boolean): void {
  find('main', HTMLElement).setAttribute('aria-busy', String(isBusy));
}
