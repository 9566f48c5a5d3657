import { join } from 'node:path';
import { createServer, type InlineConfig } from 'vite';
import { root } from '../../docs/site/repository.ts';

/** An app on a server of its own. */
export interface Served {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Serves an app's sources, as `npx vite` does. */
export async function startDevServer(app: InlineConfig & { readonly root: string }): Promise<Served> {
  // Found late, a dependency makes Vite reload the page in the middle of a test.
  const include = ['comlink', 'idb', 'workbox-window/build/workbox-window.prod.mjs', 'zod/v4/core'];
  const server = await createServer({ ...app, cacheDir: join(app.root, '.vite'), optimizeDeps: { include }, server: { port: 0, fs: { allow: [root] } } });
  await server.listen();
  return { url: server.resolvedUrls?.local[0] ?? '', close: () => server.close() };
}
