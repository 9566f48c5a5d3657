// The product's worker, with a strategy that reads more of the history than the built-in ones.
import { startWorker } from 'nudgeloop/worker';
import { looksBack } from './looks-back.ts';

startWorker({ strategies: { 'looks-back': () => looksBack } });
