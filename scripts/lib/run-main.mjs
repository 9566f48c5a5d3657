import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import { sourceAliases } from './source-aliases.mjs';

/**
 * Runs the `main` of a TypeScript module with this process's arguments, and exits with the code that it returns.
 *
 * @param {string} module from the repository's root, such as `/bench/main.ts`
 */
export async function runMain(module) {
  const vite = await createServer({
    configFile: false,
    root: fileURLToPath(new URL('../..', import.meta.url)),
    appType: 'custom',
    logLevel: 'error',
    resolve: { alias: sourceAliases },
    optimizeDeps: { noDiscovery: true },
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  });
  // Exit normally on these signals, so what must end with this process does, above all browsers.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
  let code = 1;
  try {
    const { main } = await vite.ssrLoadModule(module);
    code = await main(process.argv.slice(2));
  } catch (error) {
    if (error instanceof Error) vite.ssrFixStacktrace(error);
    console.error(error);
  } finally {
    await vite.close();
  }
  process.exit(code);
}
