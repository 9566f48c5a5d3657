import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { serve } from '../../scripts/serve.mjs';
import { buildSite } from './build-site.ts';
import { root } from './repository.ts';

const PORT = 4174;

async function write(files: ReadonlyMap<string, string>, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  for (const [route, content] of files) {
    const file = join(folder, route);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

/**
 * Builds the documentation into `dist-docs/`, and serves it.
 *
 * @param args `--build` only builds; a number is the port
 */
export async function main(args: readonly string[]): Promise<number> {
  const folder = join(root, 'dist-docs');
  const files = buildSite();
  await write(files, folder);
  const pages = [...files.keys()].filter((route) => route.endsWith('.html')).length;
  console.log(`${pages} pages in dist-docs/`);
  if (args.includes('--build')) return 0;
  const port = Number(args.find((argument) => /^\d+$/.test(argument)) ?? PORT);
  const server = await serve({ root: folder, port }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    console.log(`Port ${port} is taken.`);
    return serve({ root: folder });
  });
  console.log(`The documentation is at ${server.url}  (Ctrl+C stops the server)`);
  return new Promise<number>(() => undefined);
}
