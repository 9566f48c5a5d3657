// Tells what a worker has in this browser. Nudgeloop is not in it.
addEventListener('install', () => skipWaiting());

const features = {
  backgroundSync: () => 'sync' in registration,
  periodicSync: () => 'periodicSync' in registration,
  notifications: () => typeof registration.showNotification === 'function' && typeof registration.getNotifications === 'function',
  /** Whether a lock that the page holds is closed to the worker. */
  sharesLocks: async ({ lock }) => 'locks' in navigator && navigator.locks.request(lock, { ifAvailable: true }, (held) => held === null),
  broadcast: ({ channel }) => new BroadcastChannel(channel).postMessage('from the worker'),
  strict: ({ database }) =>
    new Promise((resolve, reject) => {
      const opening = indexedDB.open(database);
      opening.addEventListener('upgradeneeded', () => opening.result.createObjectStore('store'));
      opening.addEventListener('error', () => reject(opening.error));
      opening.addEventListener('success', () => {
        resolve(opening.result.transaction('store', 'readwrite', { durability: 'strict' }).durability === 'strict');
        opening.result.close();
      });
    }),
};

addEventListener('message', (event) => {
  const [port] = event.ports;
  const answer = Promise.resolve()
    .then(() => features[event.data.feature](event.data))
    .then((value) => port.postMessage({ value }), (error) => port.postMessage({ error: String(error) }));
  event.waitUntil(answer);
});
