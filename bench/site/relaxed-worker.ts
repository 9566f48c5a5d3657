import { startWorker } from 'nudgeloop/worker';
import { serveOps } from './serve-ops.ts';
import { durabilities } from './watch-durability.ts';

startWorker({ database: 'relaxed', durability: 'relaxed' });
serveOps({ durabilities });
