import { find, findText, setText } from './dom.ts';

/**
 * Asks before something is done that nobody can undo.
 *
 * @param action what the button says that does it
 */
export function confirmed(question: string, action: string): Promise<boolean> {
  const dialog = find('confirm', HTMLDialogElement);
  setText(findText('confirm-question'), question);
  setText(findText('confirm-yes'), action);
  // Closed by the Escape key, a dialog keeps the value of the time before.
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  });
}
