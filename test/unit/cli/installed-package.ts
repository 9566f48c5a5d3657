import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Where the copies stand in the app's public folder. */
export const WORKER = 'public/nudgeloop/service-worker.js';
export const CLASSIC = 'public/nudgeloop/worker.classic.js';
export const PAGE = 'public/nudgeloop/nudgeloop.js';

/** A small script in place of a built one: whatever the version is, it says which, and ends as the built one does. */
export function builtScript(name: string, version: string): string {
  return `// ${name} ${version}\nvar build=\`0.${version}.0+0a1b2c3d\`;\n//# sourceMappingURL=${name}.map\n`;
}

/**
 * Makes an app in a folder of its own, with this package in its node_modules: the real command, and small scripts in
 * place of the built ones.
 *
 * @param files the app's files; those of the package are below node_modules/nudgeloop
 */
export function createApp(files: Readonly<Record<string, string>> = { 'package.json': '{\n  "name": "app"\n}\n' }) {
  const folder = mkdtempSync(join(tmpdir(), 'nudgeloop-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const own = 'node_modules/nudgeloop';
  cpSync(join(root, 'cli'), join(folder, own, 'cli'), { recursive: true });
  cpSync(join(root, 'package.json'), join(folder, own, 'package.json'));

  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  /** Installs a version. */
  const install = (version: string): void => {
    for (const name of ['service-worker.js', 'worker.classic.js', 'nudgeloop.js']) {
      write(`${own}/dist/${name}`, builtScript(name, version));
      write(`${own}/dist/${name}.map`, `{} // ${name} ${version}`);
    }
  };
  install('1');
  for (const [path, text] of Object.entries(files)) write(path, text);

  return {
    folder,
    write,
    install,
    read: (path: string): string => readFileSync(join(folder, path), 'utf8'),
    /** Runs the command as npx does, from a folder of the app. */
    run(args: readonly string[], from = '.') {
      const bin = join(folder, own, 'cli/nudgeloop.mjs');
      const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], { cwd: join(folder, from), encoding: 'utf8' });
      return { status, stdout, stderr };
    },
  };
}

/** Makes such an app with an empty folder public. */
export function createAppWithPublic(files?: Readonly<Record<string, string>>) {
  const app = createApp(files);
  mkdirSync(join(app.folder, 'public'));
  return app;
}
