import { DEFAULT_DATABASE } from '../src/protocol/version.ts';
import { runWorker } from './run-worker.ts';
import { checkDatabase } from './worker-options.ts';
import { createWorkerRealm } from './worker-realm.ts';

// The ready-made script: a page that uses another database than the usual one says so in the script's URL. Of the options it has no other, and
// is without the code for them.
const database = new URL(location.href).searchParams.get('database') ?? DEFAULT_DATABASE;
checkDatabase(database);
runWorker({ database }, createWorkerRealm());
