import { element, findText, keepFocus } from '../ui/dom.ts';

/** The sources of banners: the stored data, the page's own offline copy, the loop's worker. */
export type BannerSource = 'data' | 'shell' | 'worker';

/** What the user can do about it. */
export interface BannerAction {
  readonly label: string;
  readonly run: () => void;
}

/** Shows a text until it is dismissed, or until the same source shows another one. */
export function showBanner(source: BannerSource, text: string, action?: BannerAction): void {
  const place = findText('banners');
  const banner = element('p', { class: 'banner', 'data-testid': 'banner', 'data-source': source }, element('span', {}, text));
  const button = (label: string, run: () => void): void => {
    const made = element('button', { type: 'button' }, label);
    made.addEventListener('click', run);
    banner.append(' ', made);
  };
  if (action !== undefined) button(action.label, action.run);
  const change = (work: () => void): void => keepFocus(place, findText('title'), work);
  button('Dismiss', () => change(() => banner.remove()));
  change(() => {
    place.querySelector(`[data-source="${source}"]`)?.remove();
    place.append(banner);
  });
}
