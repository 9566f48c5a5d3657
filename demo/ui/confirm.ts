import { find, findText, setText } from './dom.ts';

/** Not `dialog.open`: a dialog is closed a while before its `close` event tells the answer. */
let isAsking = false;

/**
 * Asks before something is done that nobody can undo. One question at a time: what asks while another is open is not confirmed, or one
 * answer would count for both.
 *
 * @param action what the button says that does it
 */
export function confirmed(question: string, action: string): Promise<boolean> {
  const dialog = find('confirm', HTMLDialogElement);
  if (isAsking) return Promise.resolve(false);
  isAsking = true;
  setText(findText('confirm-question'), question);
  setText(findText('confirm-yes'), action);
  // Closed by the Escape key, a dialog keeps the value of the time before.
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    const answer = (): void => {
      isAsking = false;
      resolve(dialog.returnValue === 'yes');
    };
    dialog.addEventListener('close', answer, { once: true });
  });
}
