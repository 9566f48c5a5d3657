import { DEFAULT_DATABASE } from '../src/protocol/version.ts';
import { runWorker } from './run-worker.ts';
import { checkDatabase } from './worker-options.ts';
import { createWorkerRealm } from './worker-realm.ts';

// The ready-made script. A page with another database than the default names it in the script's URL. This is the only
// option, and the code for the others is left out.
const database = new URL(location.href).searchParams.get('database') ?? DEFAULT_DATABASE;
checkDatabase(database);
runWorker({ database }, createWorkerRealm());
