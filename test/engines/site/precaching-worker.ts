import { startWorker } from 'nudgeloop/worker';
import { precacheAndRoute } from 'workbox-precaching';

declare const self: { readonly __WB_MANIFEST: { url: string; revision: string }[] };
declare function importScripts(...urls: string[]): void;

// A worker as vite-plugin-pwa or Workbox's own tools make it, with Nudgeloop and another SDK in it.
importScripts('/other-sdk.js');
precacheAndRoute(self.__WB_MANIFEST);
startWorker();

addEventListener('message', (event: MessageEvent) => {
  if (event.data === 'ping') event.source?.postMessage('pong', { targetOrigin: '*' });
});
