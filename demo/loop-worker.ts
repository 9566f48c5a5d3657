// The loop's worker. All but the strategy that fails on purpose would run in the ready-made one too. There is one worker
// for all strategies nevertheless: two would have two scopes over one database, and each choice would change who works
// on it. It has the address that the ready-made one had in earlier demos, so a browser that has that one updates it.
import { startWorker } from 'nudgeloop/worker';
import { strategies } from './loop/strategies.ts';

startWorker({ strategies });
