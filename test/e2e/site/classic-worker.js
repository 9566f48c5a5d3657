// An app's own classic worker, as an app writes it: no bundler, no modules.
importScripts('/other-sdk.js', '/nudgeloop/worker.classic.js');

nudgeloop.startWorker({
  surface: nudgeloop.showNudges({
    render: ({ suggestions: [next] }) => ({ title: 'Nearly there', body: `Try ${next.steps} steps`, url: '/?nudge' }),
  }),
});

addEventListener('push', (event) => {
  event.waitUntil(registration.showNotification(event.data.text(), { tag: 'app:news' }));
});
