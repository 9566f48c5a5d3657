import { findText, setText } from './ui/dom.ts';

/** How often to look for the server, in milliseconds, while the page is visible. */
const INTERVAL = 10_000;

/** How long it may take to answer, in milliseconds: on a network that hangs, nothing else ends the request. */
const PATIENCE = 5_000;

/** Shows whether the demo's server answers. `navigator.onLine` alone would not notice that it was stopped. */
export function startServerCheck(): void {
  const status = findText('status-server');
  const check = async (): Promise<void> => {
    if (document.visibilityState !== 'visible') return;
    // The offline copy never answers a HEAD: it stores GETs only.
    const question: RequestInit = { method: 'HEAD', cache: 'no-store', signal: AbortSignal.timeout(PATIENCE) };
    const answers = await fetch('/nudgeloop/service-worker.js', question).then(
      ({ ok }) => ok,
      () => false,
    );
    setText(status, answers ? 'Server: reachable' : navigator.onLine ? 'Server: not reachable. The loop keeps working' : 'Offline. The loop keeps working');
    status.dataset['state'] = answers ? 'good' : 'away';
  };
  const checkNow = (): void => void check();
  checkNow();
  setInterval(checkNow, INTERVAL);
  document.addEventListener('visibilitychange', checkNow);
  window.addEventListener('online', checkNow);
  window.addEventListener('offline', checkNow);
}
