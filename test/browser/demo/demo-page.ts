import html from '../../../demo/index.html?raw';

/** Puts the demo's page into the test's, without its scripts: a test makes the part that it looks at. */
export function openDemoPage(): void {
  const { body } = new DOMParser().parseFromString(html, 'text/html');
  document.body.replaceChildren(...body.childNodes);
}

/** One of the page's places, or one that a part made. */
export function place(testId: string): HTMLElement {
  const found = document.querySelector(`[data-testid="${testId}"]`);
  if (!(found instanceof HTMLElement)) throw new Error(`The page has no ${testId}.`);
  return found;
}

/** What the place says. */
export const textOf = (testId: string): string | null => place(testId).textContent;

/** Presses a button. */
export const press = (testId: string): void => place(testId).click();

/** Types into a field. */
export function type(testId: string, text: string): void {
  (place(testId) as HTMLInputElement).value = text;
}

/** Settles when everything has happened that needs no time, no message and no answer. */
export const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** A promise that is settled by hand. */
export function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve: () => resolve() };
}
