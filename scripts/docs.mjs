#!/usr/bin/env node
// Builds the documentation site and serves it.  npm run docs [-- PORT];  npm run docs:build only builds
import { runMain } from './lib/run-main.mjs';

await runMain('/docs/site/main.ts');
