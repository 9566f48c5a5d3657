import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, createBuilder, createServer, preview, type InlineConfig } from 'vite';
import { onTestFinished, vi } from 'vitest';
import { createPlugin, type NudgeloopPluginOptions } from '../../../vite-plugin/create-plugin.ts';

export const SCRIPT = 'self.loop = "ü";\n//# sourceMappingURL=service-worker.js.map';
/** The script where no map is beside it. */
export const WITHOUT_MAP = 'self.loop = "ü";\n';
export const OWN = 'self.own = true; // the app\'s';

/** A tiny app with a service worker of its own, and a page that shows where it would look for ours. */
export function createApp() {
  const root = mkdtempSync(join(tmpdir(), 'nudgeloop-vite-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const files = {
    'index.html': '<!doctype html><script type="module" src="/main.js"></script>',
    'main.js': "document.title = typeof __NUDGELOOP_WORKER__ === 'undefined' ? 'the usual' : __NUDGELOOP_WORKER__;",
    'server.js': 'export const render = () => 1;',
    'public/sw.js': OWN,
    'package/service-worker.js': SCRIPT,
    'package/service-worker.js.map': '{}',
  };
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const [path, text] of Object.entries(files)) write(path, text);
  const config = (options: NudgeloopPluginOptions, extra: InlineConfig): InlineConfig => ({
    configFile: false,
    root,
    logLevel: 'silent',
    ...extra,
    plugins: [createPlugin(options, pathToFileURL(join(root, 'package/'))), extra.plugins],
  });
  const read = (path: string): string => readFileSync(join(root, 'dist', path), 'utf8');
  const chunk = (): string => /assets\/[^"]+\.js/.exec(read('index.html'))?.[0] ?? '';
  return {
    read,
    write,
    path: (path: string): string => join(root, 'dist', path),
    has: (path: string): boolean => existsSync(join(root, 'dist', path)),
    /** The built page's code. */
    code: (): string => read(chunk()),
    /** The same, where the browser found it. */
    chunk: (): URL => pathToFileURL(join(root, 'dist', chunk())),
    /** What the built page shows when it is run. */
    async shown() {
      const page = { title: '' };
      vi.stubGlobal('document', page);
      onTestFinished(() => void vi.unstubAllGlobals());
      await import(/* @vite-ignore */ pathToFileURL(join(root, 'dist', chunk())).href);
      return page.title;
    },
    build: (options: NudgeloopPluginOptions = {}, extra: InlineConfig = {}) => build(config(options, extra)),
    /** The client and then the server, with the same plugins. */
    async buildBoth(extra: InlineConfig = {}) {
      const environments = { ssr: { build: { outDir: 'dist-server', sourcemap: true, rollupOptions: { input: 'server.js' } } } };
      const builder = await createBuilder(config({}, { builder: { sharedPlugins: true }, environments, ...extra }));
      await builder.buildApp();
    },
    async develop(options: NudgeloopPluginOptions = {}, extra: InlineConfig = {}) {
      const server = await createServer(config(options, { server: { port: 0, host: '127.0.0.1', watch: null, ws: false }, optimizeDeps: { noDiscovery: true }, ...extra }));
      await server.listen();
      onTestFinished(() => server.close());
      const address = server.httpServer?.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      return (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init);
    },
    async preview(options: NudgeloopPluginOptions = {}, extra: InlineConfig = {}) {
      const server = await preview(config(options, { preview: { port: 0, host: '127.0.0.1' }, ...extra }));
      onTestFinished(() => server.close());
      const address = server.httpServer.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      return (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
    },
  };
}
