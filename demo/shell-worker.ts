// Keeps the demo's own files, so that it opens with the server stopped. It knows nothing of the loop, whose worker has
// a scope of its own.
import { cleanupOutdatedCaches, precacheAndRoute } from 'workbox-precaching';

declare const self: ServiceWorkerGlobalScope & { readonly __WB_MANIFEST: { url: string; revision: string }[] };

precacheAndRoute(self.__WB_MANIFEST);
cleanupOutdatedCaches();

// Never by itself: an old page would lose the chunks that it has not loaded yet. The page asks when its reader agrees.
self.addEventListener('message', (event) => {
  if (event.data === 'skip-waiting') void self.skipWaiting();
});
