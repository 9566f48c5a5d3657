// An app's own worker as a module, which nobody bundled.
import { startWorker } from './nudgeloop-worker.js';

startWorker();
