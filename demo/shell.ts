import { trustedScriptUrl } from './trusted-script-url.ts';
import { find, findText, setText } from './ui/dom.ts';
import { showBanner } from './views/banner-view.ts';

/** Chromium's offer to install; not in TypeScript's library, since only Chromium has it. */
interface InstallOffer extends Event {
  prompt(): Promise<unknown>;
}

/** Registers the worker that keeps the page's files, and says how far it is. */
export async function startShell(): Promise<void> {
  offerInstallation();
  if (!('serviceWorker' in navigator)) {
    setText(findText('status-shell'), 'Offline copy: not supported here');
    return;
  }
  try {
    const registration = await navigator.serviceWorker.register(trustedScriptUrl('/shell-worker.js'), { scope: '/' });
    offerUpdate(registration);
    // `ready` stays pending for ever when the first worker can't install, such as for want of room.
    await Promise.race([navigator.serviceWorker.ready, failedInstallation(registration)]);
    setText(findText('status-shell'), 'Offline copy: ready');
    findText('status-shell').dataset['state'] = 'good';
  } catch {
    // Offline without a copy this code would not run; so the script is missing, or the browser forbids workers.
    setText(findText('status-shell'), 'Offline copy: failed');
    findText('status-shell').dataset['state'] = 'bad';
  }
}

function failedInstallation({ installing }: ServiceWorkerRegistration): Promise<never> {
  return new Promise((_, reject) => {
    installing?.addEventListener('statechange', () => {
      if (installing.state === 'redundant') reject(new Error('The offline copy could not be installed.'));
    });
  });
}

/** A new version waits until its reader wants it: a page must not change under one's hands. */
function offerUpdate(registration: ServiceWorkerRegistration): void {
  let isOurs = false;
  const reload = (): void => location.reload();
  const update = (): void => {
    const { waiting } = registration;
    if (waiting === null) return reload();
    isOurs = true;
    // Not `controllerchange`, which a page that no worker controls never hears, such as one that was reloaded with Shift.
    waiting.addEventListener('statechange', () => {
      if (waiting.state === 'activated') reload();
    });
    waiting.postMessage('skip-waiting');
  };
  const offer = (): void => {
    if (registration.waiting === null || registration.active === null) return;
    showBanner('shell', 'A new version of this demo is ready.', { label: 'Reload with the new version', run: update });
  };
  offer();
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', offer));

  // The first worker takes no page over, so a page that had one and gets another was updated from another tab.
  if (navigator.serviceWorker.controller === null) return;
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (!isOurs) showBanner('shell', 'Another tab installed a new version of this demo.', { label: 'Reload', run: reload });
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
