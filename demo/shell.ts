import { trustedScriptUrl } from './trusted-script-url.ts';
import { find, findText, setText } from './ui/dom.ts';
import { showBanner } from './views/banner-view.ts';

/** Chromium's offer to install. TypeScript's library lacks it, since only Chromium has it. */
interface InstallOffer extends Event {
  prompt(): Promise<unknown>;
}

/** Registers the worker that caches the page's files, and shows its state. */
export async function startShell(): Promise<void> {
  offerInstallation();
  if (!('serviceWorker' in navigator)) {
    setText(findText('status-shell'), 'Offline copy: not supported here');
    return;
  }
  try {
    const registration = await navigator.serviceWorker.register(trustedScriptUrl('/shell-worker.js'), { scope: '/' });
    offerUpdate(registration);
    // `ready` stays pending forever if the first worker can't install, for example for lack of room.
    await Promise.race([navigator.serviceWorker.ready, failedInstallation(registration)]);
    setText(findText('status-shell'), 'Offline copy: ready');
    findText('status-shell').dataset['state'] = 'good';
  } catch {
    // Offline without a copy, this code would not run. So the script is missing, or the browser forbids workers.
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

/** A new version waits until its user wants it: a page must not change while somebody uses it. */
function offerUpdate(registration: ServiceWorkerRegistration): void {
  let isOurs = false;
  const reload = (): void => location.reload();
  const update = (): void => {
    const { waiting } = registration;
    if (waiting === null) return reload();
    isOurs = true;
    // Not `controllerchange`: a page without a controlling worker, such as one reloaded with Shift, never gets it.
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

  // The first worker does not take over any page. So if a page has a worker and gets another, a different tab updated
  // it.
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
