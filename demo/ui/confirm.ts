import { find, findText, setText } from './dom.ts';

/** Not `dialog.open`: a dialog closes a while before its `close` event brings the answer. */
let isAsking = false;

/**
 * Asks before something that can't be undone. One question at a time: if another one is open, the new one is not
 * confirmed. Otherwise one answer would count for both.
 *
 * @param action the text of the button that confirms
 */
export function confirmed(question: string, action: string): Promise<boolean> {
  const dialog = find('confirm', HTMLDialogElement);
  if (isAsking) return Promise.resolve(false);
  isAsking = true;
  setText(findText('confirm-question'), question);
  setText(findText('confirm-yes'), action);
  // If the Escape key closes a dialog, it keeps its previous value.
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
