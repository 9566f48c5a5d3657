// The product's worker as the ready-made script starts it, with a look at how durable its transactions are.
import { startWorker } from 'nudgeloop/worker';
import { serveOps } from './serve-ops.ts';
import { durabilities } from './watch-durability.ts';

startWorker();
serveOps({ durabilities });
