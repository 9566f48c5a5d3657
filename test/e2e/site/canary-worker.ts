import { startWorker } from 'nudgeloop/worker';

const secrets = new BroadcastChannel('test:worker-log');

// A worker whose strategy fails, quoting what it was given, as careless code does.
startWorker({
  strategies: {
    quoting: () => ({
      suggestActions(_history, actions, goal): never {
        throw new RangeError(`can't judge ${JSON.stringify({ actions, goal })}`);
      },
    }),
  },
  logSinks: [(event) => secrets.postMessage(event)],
});
