import { startWorker } from 'nudgeloop/worker';

// An app's own worker, in control of the whole site, with Nudgeloop as one of its parts.
startWorker({
  strategies: {
    /** Answers when the server does, so that a test can stop the worker in the middle of it. */
    waiting: () => ({
      async suggestActions(_history, actions) {
        await fetch('/strategy');
        return actions.map((action) => ({ ...action, steps: 1 }));
      },
    }),
  },
  strategyDeadline: 4_000,
});
