#!/usr/bin/env node
// Measures the package against physical floors and peers, in one browser and one run.
// npm run bench -- [--quick] [--json] [--only NAME] [--backend leveldb|sqlite|both]
import { runMain } from './lib/run-main.mjs';

await runMain('/bench/main.ts');
