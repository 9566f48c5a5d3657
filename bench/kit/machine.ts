import { readFile } from 'node:fs/promises';
import { cpus, release, totalmem, type } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Engine } from '../../test/faults/engines/engine.ts';
import type { Machine } from './report.ts';

/** The packages whose versions a figure depends on. */
const PACKAGES = ['comlink', 'idb', 'workbox-window', 'zod', 'dexie', 'localforage', 'idb-keyval', 'workbox-background-sync', 'vite'];

/** Says where and with what a run is made: no host name, no path, nobody's name. */
export async function writeMachine(engines: readonly Engine[]): Promise<Machine> {
  const versions: Record<string, string> = { node: process.versions.node };
  for (const path of ['', ...PACKAGES.map((given) => `node_modules/${given}/`)]) {
    const file = fileURLToPath(new URL(`../../${path}package.json`, import.meta.url));
    const manifest = JSON.parse(await readFile(file, 'utf8')) as { name: string; version: string };
    versions[manifest.name] = manifest.version;
  }
  const [cpu] = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: {
      cpu: cpu?.model.trim() ?? 'unknown',
      cores: cpus().length,
      memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
      // The version only: what follows it names somebody's own build.
      system: `${type()} ${/^[\d.]*/.exec(release())?.[0]}`,
    },
    browser: `${engines.map(({ name, version }) => `${name} ${version}`).join(' and ')}, headless`,
    versions,
  };
}
