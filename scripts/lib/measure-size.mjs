// What a user downloads for an entry: gzip sizes, including every dependency.
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const at = (/** @type {string} */ path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The size of a file as a server sends it. */
export const gzipSize = (/** @type {string | Uint8Array} */ content) => gzipSync(content, { level: 9 }).length;

/**
 * Bundles an entry as an app would, and measures what loads with it and what loads on demand.
 *
 * @param {string} entry from the repository's root
 * @param {readonly string[]} external packages that the app has anyway
 */
export async function measureSize(entry, external = []) {
  const [result] = /** @type {import('vite').Rolldown.RolldownOutput[]} */ (await build({
    configFile: false,
    root: at('.'),
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      target: 'es2022',
      write: false,
      // In library mode, so Vite's preload helper, which an app has anyway, does not count.
      lib: { entry: at(entry), formats: ['es'] },
      // Library mode keeps whitespace unless the output itself is minified.
      rolldownOptions: {
        external: [...external],
        // As in an app, nobody imports from the entry itself, so it keeps what it shares with a lazy chunk.
        preserveEntrySignatures: 'allow-extension',
        output: { minify: true },
      },
    },
  }));
  if (!result) throw new Error(`${entry} was not bundled`);
  const chunks = new Map(result.output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file]] : [])));
  /** @type {Set<string>} */
  const first = new Set();
  const visit = (/** @type {string} */ name) => {
    if (first.has(name)) return;
    first.add(name);
    chunks.get(name)?.imports.forEach(visit);
  };
  for (const chunk of chunks.values()) if (chunk.isEntry) visit(chunk.fileName);
  const sum = (/** @type {boolean} */ isFirst) =>
    [...chunks.values()].reduce((size, { fileName, code }) => size + (first.has(fileName) === isFirst ? gzipSize(code) : 0), 0);
  return { first: sum(true), later: sum(false) };
}
