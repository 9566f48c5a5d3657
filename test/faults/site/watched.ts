import { watchWorker } from './watch-host.ts';

// Stands in front of the ready-made worker, which is the product's own script and knows nothing of it.
watchWorker();
