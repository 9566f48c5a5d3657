import { readFile } from 'node:fs/promises';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Plugin, ResolvedConfig } from 'vite';
import { allowedScope, checkScope, DEFAULT_URL, folderOfNames, inFolder, isRelative, urlFromChunk, workerPlace, workerUrl } from './worker-place.ts';

/** Options of the Vite plugin. */
export interface NudgeloopPluginOptions {
  /**
   * Where the script is served, below the app's `base`. It needs a folder of its own, which becomes its scope, and only
   * characters that a URL does not escape. The page learns the path by itself; with a relative base, each built file that
   * needs it computes it from its own place. In Nuxt it is below `buildAssetsDir`, since Nuxt publishes nothing else of
   * Vite's output.
   *
   * @default 'nudgeloop/service-worker.js'
   */
  readonly path?: string | undefined;
  /**
   * The scope that your page passes as `serviceWorker.scope`, if it is wider than the script's folder. Vite's dev and
   * preview servers then send the header `Service-Worker-Allowed`; your server must send it too. A relative scope is
   * resolved against the app's `base`.
   *
   * @default the script's folder, which needs no header
   */
  readonly scope?: string | undefined;
}

/** The part of a Vite hook's context that tells which environment it runs for; Vite 5 has none. */
interface HookContext {
  readonly environment?: { readonly config: Pick<ResolvedConfig, 'base' | 'build'> };
}

type Middleware = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;

/** The global that the page reads the script's URL from. */
const NAME = '__NUDGELOOP_WORKER__';

/**
 * A plugin that each version of Nuxt adds: no option of Vite says what a framework publishes. Its prefix alone says little,
 * since Nuxt UI has it in other apps too.
 */
const OF_NUXT = 'nuxt:runtime-paths-dep';

/** What a build says if it can't tell what Nuxt publishes. */
const UNKNOWN_FOLDER =
  'Nuxt publishes only the folder of its built files, and a function as entryFileNames does not tell which that is; pass nudgeloop({ path: "_nuxt/nudgeloop/service-worker.js" }), with your buildAssetsDir.';

/** The line of a script that names its source map. */
const MAP_COMMENT = /\n?\/\/# sourceMappingURL=\S+\s*$/;

/**
 * Makes the plugin over a folder of built scripts: the package's, or a test's.
 *
 * @param options what the app passed
 * @param dist the folder with `service-worker.js` and its map
 */
export function createPlugin(options: NudgeloopPluginOptions, dist: URL): Plugin {
  const { path: given = DEFAULT_URL, scope: wide, ...unknown } = options;
  const [misspelt] = Object.keys(unknown);
  if (misspelt !== undefined) throw new Error(`nudgeloop: the option ${misspelt} does not exist; choose from path, scope.`);
  const scope = checkScope(wide);
  const place = workerPlace(given, scope);
  const { path, mapPath } = place;
  const read = (name: string): Promise<Buffer> => readFile(new URL(name, dist));
  let config: ResolvedConfig;
  let format: string;
  /** Below the output folder. */
  let built = place;

  /** The config of a build for pages; undefined in a build for a server. Read each time: one plugin may serve several builds. */
  const forPages = ({ environment }: HookContext) => environment?.config ?? (config.build.ssr === false ? config : undefined);

  /** The script's headers, in development and preview. */
  const headersFor = (base: string): [name: string, value: string][] => {
    const allowed = allowedScope(base, path, scope);
    // When a browser looks for a newer worker, no cache may answer.
    return [['Cache-Control', 'no-store'], ...(allowed === undefined ? [] : [['Service-Worker-Allowed', allowed] as [string, string]])];
  };

  const serve = (base: string, ofApp: OutgoingHttpHeaders = {}): Middleware => {
    const files = new Map([
      [workerUrl(base, path, false), ['service-worker.js', 'text/javascript; charset=utf-8']],
      [workerUrl(base, mapPath, false), ['service-worker.js.map', 'application/json; charset=utf-8']],
    ] as const);
    return (request, response, next) => {
      const file = files.get(pathOf(request));
      if (file === undefined || !['GET', 'HEAD'].includes(request.method ?? 'GET')) return next();
      read(file[0])
        .then((content) => {
          // The app's, such as a policy, are on all that Vite answers itself. The script's own come after them, and so count.
          const headers = [...Object.entries(ofApp), ['Content-Type', file[1]] as const, ...headersFor(base)];
          for (const [name, value] of headers) if (value !== undefined) response.setHeader(name, value);
          response.end(request.method === 'HEAD' ? undefined : content);
        })
        .then(undefined, next);
    };
  };

  return {
    name: 'nudgeloop',
    // Last, once every other plugin has set its base.
    config: {
      order: 'post',
      handler({ base = '/' }, { command }) {
        const isBuild = command === 'build';
        const url = workerUrl(base, path, isBuild);
        return url === DEFAULT_URL || (isBuild && isRelative(base)) ? {} : { define: { [NAME]: JSON.stringify(url) } };
      },
    },
    configResolved(resolved) {
      config = resolved;
    },
    // A server's build does not need it. Vite 5 does not call this hook, so `forPages` looks at `ssr` too.
    applyToEnvironment: (environment) => environment.config.consumer === 'client',
    configureServer(server) {
      server.middlewares.use(serve(server.config.base, server.config.server.headers));
    },
    configurePreviewServer(server) {
      const { base } = server.config;
      const url = workerUrl(base, path, false);
      // The built file is served as it is; this only adds the headers.
      server.middlewares.use((request, response, next) => {
        if (pathOf(request) === url) for (const [name, value] of headersFor(base)) response.setHeader(name, value);
        next();
      });
    },
    renderStart(output) {
      ({ format } = output);
      if (forPages(this) === undefined || !config.plugins.some(({ name }) => name === OF_NUXT)) return;
      const folder = folderOfNames(output.entryFileNames);
      built = inFolder(folder ?? '', place);
      if (folder === undefined && options.path === undefined) this.warn(UNKNOWN_FOLDER);
    },
    // With a relative base, each chunk that uses the name gets a variable of that name in its own scope. Replacing the name in
    // the text would break source maps, and a minifier might have changed it.
    intro({ fileName, modules }) {
      const base = forPages(this)?.base;
      if (base === undefined || !isRelative(base)) return '';
      const asks = Object.values(modules).some(({ code }) => code?.includes(NAME));
      return asks ? `var ${NAME} = ${urlFromChunk(built.path, fileName, format)};` : '';
    },
    async generateBundle() {
      const build = forPages(this)?.build;
      if (build === undefined) return;
      const { sourcemap } = build;
      const script = (await read('service-worker.js')).toString();
      // Name the map only if it is there and not hidden: else developer tools report a missing file.
      const namesMap = sourcemap === true || sourcemap === 'inline';
      this.emitFile({ type: 'asset', fileName: built.path, source: namesMap ? script : script.replace(MAP_COMMENT, '\n') });
      if (sourcemap !== false) this.emitFile({ type: 'asset', fileName: built.mapPath, source: await read('service-worker.js.map') });
    },
  };
}

function pathOf({ url = '/' }: IncomingMessage): string {
  return url.replace(/[?#].*$/s, '');
}
