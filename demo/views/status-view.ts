import type { ClientState } from 'nudgeloop';
import { findText, setText } from '../ui/dom.ts';
import { showBanner } from './banner-view.ts';

/** Shows where the loop runs, and whether its data will last. */
export function showStatus({ phase, host, fallbackReason, durable, error }: ClientState): void {
  const place = findText('status-host');
  setText(place, hostText(phase, host, fallbackReason));
  place.title = error?.message ?? '';
  place.dataset['state'] = phase === 'failed' ? 'bad' : host === 'page' ? 'away' : phase === 'ready' ? 'good' : '';
  const lasting = findText('status-durable');
  lasting.hidden = durable === null;
  setText(lasting, durable === true ? 'Storage: durable' : 'Storage: memory only');
  lasting.dataset['state'] = durable === true ? 'good' : 'bad';
}

function hostText(phase: ClientState['phase'], host: ClientState['host'], reason: string | null): string {
  if (phase === 'failed') return 'Loop: can’t be opened';
  if (host === 'service-worker') return 'Loop: in the service worker';
  if (host === 'page') return `Loop: in this page (${reason ?? 'chosen'})`;
  return 'Loop: connecting …';
}

/** Tells the user of a newer loop worker, or that page and worker are too far apart. */
export function showUpdate(reason: 'waiting' | 'needed'): void {
  showBanner(
    'worker',
    reason === 'needed'
      ? 'This page and the loop’s worker have incompatible versions. Close all tabs of this demo, then open it again.'
      : 'A new version of the loop’s worker is installed. It takes over by itself once the old one has nothing left to do.',
  );
}
