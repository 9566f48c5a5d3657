import { startWorker } from 'nudgeloop/worker';

// Its acknowledged actions may be lost in a power cut, which shows that the cut is one.
startWorker({ durability: 'relaxed' });
