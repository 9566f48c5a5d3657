#!/usr/bin/env node
// Measures the package against physical floors and peers, in the same browser and the same run.
// npm run bench -- [--quick] [--json] [--only NAME] [--backend leveldb|sqlite|firefox|all]
import { runMain } from './lib/run-main.mjs';

await runMain('/bench/main.ts');
