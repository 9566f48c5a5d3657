/** Finds one of the page's fixed places. That it is missing is a defect of the page, so it throws. */
export function find<T extends HTMLElement>(testId: string, type: new () => T): T {
  const found = document.querySelector(`[data-testid="${testId}"]`);
  if (!(found instanceof type)) throw new Error(`The page has no ${type.name} named ${testId}.`);
  return found;
}

/** Finds a place of which only the text is written. */
export function findText(testId: string): HTMLElement {
  return find(testId, HTMLElement);
}

/**
 * Makes an element. Children are nodes or text, never markup: what comes from data can't become code.
 *
 * @param attributes set as attributes; undefined ones are left out
 */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string | undefined>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** A name and its value, as they stand in a list of facts. */
export function fact(name: string, value: string, testId: string): HTMLElement {
  return element('div', {}, element('dt', {}, name), element('dd', { 'data-testid': testId }, value));
}

/** Writes text only where it differs, so that a screen reader hears a status once. */
export function setText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/**
 * Brings a list up to date and keeps the elements that stay: a focused button must survive the next action.
 *
 * @param parent whose children are the items
 * @param items in the order of the screen
 * @param keyOf what makes an item the same as before; put in the key whatever would change its looks
 */
export function syncList<T>(parent: HTMLElement, items: readonly T[], keyOf: (item: T) => string, create: (item: T) => HTMLElement): void {
  const known = new Map([...parent.children].map((child) => [child.getAttribute('data-key') ?? '', child]));
  let place: Element | null = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    const kept = known.get(key);
    known.delete(key);
    if (kept !== undefined && kept === place) {
      place = kept.nextElementSibling;
      continue;
    }
    const child = kept ?? create(item);
    child.setAttribute('data-key', key);
    parent.insertBefore(child, place);
  }
  for (const gone of known.values()) gone.remove();
}

/**
 * Brings a list up to date. When the focused button went with its item, the next one gets the focus, or else the fallback: otherwise
 * the keyboard would begin at the top of the page again.
 */
export function keepFocus(list: HTMLElement, fallback: HTMLElement, update: () => void): void {
  const hadFocus = list.contains(document.activeElement);
  update();
  const focused = document.activeElement;
  if (!hadFocus || (list.contains(focused) && focused?.closest('[hidden]') === null)) return;
  const next = [...list.querySelectorAll('button')].find((button) => button.closest('[hidden]') === null);
  (next ?? fallback).focus();
}
