#!/usr/bin/env node
// Injects faults into real browsers and checks what is left.
// npm run faults -- [--seed S] [--rounds N] [--engine chromium|firefox] [--only 1,3,10-14,nemesis] [--quick] [--json]
import { runMain } from './lib/run-main.mjs';

await runMain('/test/faults/kit/main.ts');
