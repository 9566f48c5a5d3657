import { createMemoryActionSource, showNudges, startWorker } from 'nudgeloop/worker';

// An app's own worker that shows nudges as notifications. What a test drives it with is on the worker's global.
const source = createMemoryActionSource('test');
const logged: string[] = [];

const worker = startWorker({
  sources: [source],
  strategies: {
    /** Answers when the server does, so that a test can close the page before. */
    waiting: () => ({
      async suggestActions(_history, actions) {
        await fetch('/strategy');
        return actions;
      },
    }),
  },
  surface: showNudges({
    render: ({ seq, suggestions: [next] }) => ({ title: `Nudge ${seq}`, body: `Try ${Number(next?.['steps'])} steps`, url: `/?nudge=${seq}` }),
  }),
  logSinks: [({ level, code, fields }) => level === 'warn' && logged.push(`${code} ${fields?.['reason'] ?? ''}`)],
});

Object.assign(globalThis, { source, logged, wake: () => worker.wake('test') });
