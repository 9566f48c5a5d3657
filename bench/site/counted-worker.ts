// The product's worker, with every request to IndexedDB and every call of a strategy counted.
// First, so that the product finds the watched methods.
import { takeRequests } from './count-requests.ts';
import { startWorker } from 'nudgeloop/worker';
import { looksBack } from './looks-back.ts';
import { serveOps } from './serve-ops.ts';

let strategyCalls = 0;

startWorker({
  strategies: {
    'looks-back': () => looksBack,
    counted: () => ({
      lookback: 1,
      suggestActions(_history, actions) {
        strategyCalls += 1;
        return actions;
      },
    }),
  },
});

serveOps({
  take() {
    const taken = { ...takeRequests(), strategyCalls };
    strategyCalls = 0;
    return taken;
  },
});
