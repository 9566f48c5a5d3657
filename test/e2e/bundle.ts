import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { sourceAliases } from '../../scripts/lib/source-aliases.mjs';

/**
 * Bundles one script that only one test needs.
 *
 * @param entry below `test/`
 * @param format `es` for what a page imports, `iife` for a classic worker
 * @param define what the build puts in
 */
export async function bundle(entry: string, format: 'es' | 'iife', define: Readonly<Record<string, string>> = {}): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    resolve: { alias: sourceAliases },
    define: { ...define, 'process.env.NODE_ENV': '"production"' },
    build: {
      target: 'es2022',
      write: false,
      minify: false,
      lib: { entry: fileURLToPath(new URL(`../${entry}`, import.meta.url)), formats: [format], name: 'bundle', fileName: 'bundle' },
    },
  });
  const [output] = [built].flat() as { output: { code: string }[] }[];
  return output?.output[0]?.code ?? '';
}
