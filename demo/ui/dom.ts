/** Finds one of the page's fixed places. It throws if the place is missing, since that is a defect of the page. */
export function find<T extends HTMLElement>(testId: string, type: new () => T): T {
  const found = document.querySelector(`[data-testid="${testId}"]`);
  if (!(found instanceof type)) throw new Error(`The page has no ${type.name} named ${testId}.`);
  return found;
}

/** Finds a place of which only the text changes. */
export function findText(testId: string): HTMLElement {
  return find(testId, HTMLElement);
}

/**
 * Makes an element. Children are nodes or text, never markup, so data can't become code.
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

/** A name and its value, for a list of facts. */
export function fact(name: string, value: string | readonly (Node | string)[], testId: string): HTMLElement {
  return element('div', {}, element('dt', {}, name), element('dd', { 'data-testid': testId }, ...[value].flat()));
}

/** Writes text only if it differs, so a screen reader reads a status once. */
export function setText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/**
 * Updates a list and keeps the elements that stay: a focused button must survive the next action.
 *
 * @param parent whose children are the items
 * @param items in the order of the screen
 * @param keyOf identifies an item; the key must contain everything that changes its looks
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
 * Updates a list. If the focused button disappears with its item, the next one gets the focus, or else the fallback.
 * Otherwise the keyboard focus would return to the top of the page.
 */
export function keepFocus(list: HTMLElement, fallback: HTMLElement, update: () => void): void {
  const hadFocus = list.contains(document.activeElement);
  update();
  const focused = document.activeElement;
  if (!hadFocus || (list.contains(focused) && focused?.closest('[hidden]') === null)) return;
  const next = [...list.querySelectorAll('button')].find((button) => button.closest('[hidden]') === null);
  (next ?? fallback).focus();
}
