import { startWorker } from './start-worker.ts';

// The ready-made script: a page that uses another database than the usual one says so in the script's URL.
const database = new URL(location.href).searchParams.get('database');
startWorker(database === null ? {} : { database });
