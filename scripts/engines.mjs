#!/usr/bin/env node
// Runs the built package in every available browser engine, and compares the results with docs/compatibility.md, or
// writes it.
// npm run engines -- [--engine chromium|firefox|webkit] [--only WORDS] [--write] [--json]
import { runMain } from './lib/run-main.mjs';

await runMain('/test/engines/main.ts');
