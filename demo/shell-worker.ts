// Caches the demo's own files, so it opens while the server is stopped. It knows nothing of the loop, whose worker has
// a scope of its own.
import { cleanupOutdatedCaches, precacheAndRoute } from 'workbox-precaching';

declare const self: ServiceWorkerGlobalScope & { readonly __WB_MANIFEST: { url: string; revision: string }[] };

precacheAndRoute(self.__WB_MANIFEST);
cleanupOutdatedCaches();

// Never by itself: an old page would lose the chunks that it has not loaded yet. The page asks once its user agrees.
self.addEventListener('message', (event) => {
  if (event.data === 'skip-waiting') void self.skipWaiting();
});
