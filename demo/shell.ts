import { find, findText, setText } from './dom.ts';
import { trustedScriptUrl } from './trusted-script-url.ts';
import { showBanner } from './views/status-view.ts';

/** Chromium's offer to install; not in TypeScript's library, since only Chromium has it. */
interface InstallOffer extends Event {
  prompt(): Promise<unknown>;
}

/** Registers the worker that keeps the page's files, and says how far it is. */
export async function startShell(): Promise<void> {
  offerInstallation();
  const status = findText('status-shell');
  if (!('serviceWorker' in navigator)) {
    setText(status, 'Offline copy: not possible here');
    return;
  }
  try {
    const registration = await navigator.serviceWorker.register(trustedScriptUrl('/shell-worker.js'), { scope: '/' });
    offerUpdate(registration);
    await navigator.serviceWorker.ready;
    setText(status, 'Offline copy: ready');
    status.dataset['state'] = 'good';
  } catch {
    // Offline without a copy this code would not run; so the script is missing, or the browser forbids workers.
    setText(status, 'Offline copy: could not be made');
    status.dataset['state'] = 'bad';
  }
}

/** A new version waits until its reader wants it: a page must not change under one's hands. */
function offerUpdate(registration: ServiceWorkerRegistration): void {
  const reload = find('update-reload', HTMLButtonElement);
  const offer = (): void => {
    if (registration.waiting === null || registration.active === null) return;
    showBanner('A new version of this demo is ready.');
    reload.hidden = false;
  };
  offer();
  registration.addEventListener('updatefound', () => {
    registration.installing?.addEventListener('statechange', offer);
  });
  reload.addEventListener('click', () => {
    navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
    registration.waiting?.postMessage('skip-waiting');
  });
}

function offerInstallation(): void {
  const button = find('install', HTMLButtonElement);
  let offer: InstallOffer | undefined;
  window.addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    offer = event as InstallOffer;
    button.hidden = false;
  });
  window.addEventListener('appinstalled', () => (button.hidden = true));
  button.addEventListener('click', () => {
    void offer?.prompt();
    button.hidden = true;
  });
}
