// An app's own classic worker, with Nudgeloop as one of its parts.
importScripts('/nudgeloop/worker.classic.js');

nudgeloop.startWorker();

addEventListener('fetch', (event) => {
  if (new URL(event.request.url).pathname === '/from-the-worker') event.respondWith(new Response('the app'));
});

addEventListener('message', (event) => {
  if (event.data === 'ping') event.source.postMessage('pong');
});
