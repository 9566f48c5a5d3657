#!/usr/bin/env node
// Runs the built package in every browser engine that can be had, and compares with docs/compatibility.md or writes it.
// npm run engines -- [--engine chromium|firefox|webkit] [--write] [--json]
import { runMain } from './lib/run-main.mjs';

await runMain('/test/engines/main.ts');
