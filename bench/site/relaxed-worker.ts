import { startWorker } from 'nudgeloop/worker';

startWorker({ database: 'relaxed', durability: 'relaxed' });
