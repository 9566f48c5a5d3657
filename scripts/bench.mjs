#!/usr/bin/env node
// Measures the package against physical floors and peers, in one browser and one run.
// npm run bench -- [--quick] [--json] [--only NAME] [--backend leveldb|sqlite|both]
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import { sourceAliases } from './lib/source-aliases.mjs';

const vite = await createServer({
  configFile: false,
  root: fileURLToPath(new URL('..', import.meta.url)),
  appType: 'custom',
  logLevel: 'error',
  resolve: { alias: sourceAliases },
  optimizeDeps: { noDiscovery: true },
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
});
// So that what is to be ended with this process is, browsers above all.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
let code = 1;
try {
  const { main } = await vite.ssrLoadModule('/bench/main.ts');
  code = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof Error) vite.ssrFixStacktrace(error);
  console.error(error);
} finally {
  await vite.close();
}
process.exit(code);
