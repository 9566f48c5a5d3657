// Compiled, not run: what a test may and may not write against `nudgeloop/testing`, in a program that knows no DOM.
import {
  createMemoryPersistence,
  createSequentialIds,
  createTestLoop,
  judge,
  withFaults,
  type LoopClient,
  type NudgeloopClient,
  type StorageFault,
  type TestLoop,
} from 'nudgeloop/testing';

const loop: TestLoop = createTestLoop({ goalState: { steps: 10_000 }, retentionWindow: { days: 30 }, seed: 7 });
const client: NudgeloopClient = loop.client;
const quiz: LoopClient = client.loop('quiz');
const { faults, ...persistence } = withFaults(createMemoryPersistence({ newId: createSequentialIds() }));

createTestLoop({ persistence, worker: { strategies: { none: () => ({ suggestActions: () => [] }) } } });
createTestLoop({ serviceWorker: 'insecure', fallback: false });
createTestLoop({ serviceWorker: true });
loop.killWorker('after-commit');
loop.messages.lose('answers', 0.5);
const code: StorageFault = 'storage.quota';
faults.failNext(2, code);

// @ts-expect-error the test loop has a clock of its own
createTestLoop({ clock: loop.clock });
// @ts-expect-error and a database of its own
createTestLoop({ worker: { database: 'mine' } });
// @ts-expect-error notifications are not simulated
createTestLoop({ worker: { surface: () => ({ told: () => undefined, settled: async () => undefined, stop: () => undefined }) } });
// @ts-expect-error the worker's script is what `worker` says
createTestLoop({ serviceWorker: { url: '/sw.js' } });
// @ts-expect-error a misspelt option
createTestLoop({ goal: {} });
// @ts-expect-error there is no such moment
loop.killWorker('while-committing');
// @ts-expect-error there is no such kind of message
loop.messages.lose('calls');
// @ts-expect-error not an error of a storage
loop.storage.failWrites('call.timeout');
// @ts-expect-error a strategy has suggestActions
void judge({}, { actions: {}, goalState: {} });
// @ts-expect-error there is nothing to judge
void judge({ suggestActions: () => [] }, { goalState: {} });

void quiz;
