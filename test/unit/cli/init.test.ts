import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { builtScript, CLASSIC, createApp, createAppWithPublic, PAGE, WORKER } from './installed-package.ts';

describe('npx nudgeloop init public/', () => {
  test('copies the worker to where pages look for it, with its source map, and says so', () => {
    const app = createAppWithPublic();
    const { status, stdout, stderr } = app.run(['init', 'public/']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(app.read(WORKER)).toBe(builtScript('service-worker.js', '1'));
    expect(existsSync(join(app.folder, `${WORKER}.map`))).toBe(true);
    expect(stdout).toContain(`copied: ${WORKER}`);
    expect(stdout).toContain('/nudgeloop/service-worker.js');
  });

  test('remembers the folder, and leaves every other character of package.json as it is', () => {
    const before = '{\r\n\t"name": "app",\r\n\t"files": ["a", "b"],\r\n\r\n\t"private" : true\r\n}\r\n';
    const app = createAppWithPublic({ 'package.json': before });
    app.run(['init', 'public/']);
    const added = ',\r\n\t"nudgeloop": {\r\n\t\t"workerDirectory": [\r\n\t\t\t"public"\r\n\t\t]\r\n\t}';
    expect(app.read('package.json')).toBe(before.replace(' : true', ` : true${added}`));
    app.run(['init', './public']);
    expect(app.read('package.json')).toBe(before.replace(' : true', ` : true${added}`));
  });

  test('remembers several folders, and keeps what else stands there', () => {
    const app = createAppWithPublic({ 'package.json': '{ "nudgeloop": { "note": "mine", "workerDirectory": "public" }, "type": "module" }' });
    const { status } = app.run(['init', 'static', 'deep/er', '--create']);
    expect(status).toBe(0);
    expect(app.read('package.json')).toBe('{ "nudgeloop": {"note":"mine","workerDirectory":["public","static","deep/er"]}, "type": "module" }');
    expect(app.read('deep/er/nudgeloop/service-worker.js')).toBe(builtScript('service-worker.js', '1'));
  });

  test('finds the package.json above, and remembers the folder as seen from there', () => {
    const app = createApp();
    mkdirSync(join(app.folder, 'web/static'), { recursive: true });
    expect(app.run(['init', 'static'], 'web').status).toBe(0);
    expect(JSON.parse(app.read('package.json'))).toEqual({ name: 'app', nudgeloop: { workerDirectory: ['web/static'] } });
  });

  test('with --no-save remembers nothing, and needs no package.json', () => {
    const app = createAppWithPublic({});
    expect(app.run(['init', 'public', '--no-save']).status).toBe(0);
    expect(app.read(WORKER)).toBe(builtScript('service-worker.js', '1'));
    expect(existsSync(join(app.folder, 'package.json'))).toBe(false);
  });

  test('with --composed copies what a worker of the app\'s own takes in, and remembers it apart', () => {
    const app = createAppWithPublic();
    const { stdout } = app.run(['init', 'public', '--composed']);
    expect(stdout).toContain("importScripts('/nudgeloop/worker.classic.js')");
    expect(app.read(CLASSIC)).toBe(builtScript('worker.classic.js', '1'));
    expect(existsSync(join(app.folder, WORKER))).toBe(false);
    expect(JSON.parse(app.read('package.json')).nudgeloop).toEqual({ composedDirectory: ['public'] });
  });

  test('with --page copies what a page without a bundler imports beside the worker, and says how', () => {
    const app = createAppWithPublic();
    const { stdout } = app.run(['init', 'public', '--page']);
    expect(stdout).toContain("import { createNudgeloop } from '/nudgeloop/nudgeloop.js'");
    expect(stdout).toContain('/nudgeloop/service-worker.js');
    expect([app.read(WORKER), app.read(PAGE)]).toEqual([builtScript('service-worker.js', '1'), builtScript('nudgeloop.js', '1')]);
    expect(JSON.parse(app.read('package.json')).nudgeloop).toEqual({ workerDirectory: ['public'], pageDirectory: ['public'] });
  });
});

test('--help says it all, exit codes too, and --version the version', () => {
  const app = createApp();
  const { status, stdout } = app.run(['--help']);
  expect(status).toBe(0);
  for (const word of ['init', '--check', '--composed', '--create', '--force', '--no-save', 'prebuild', 'Yarn 2', 'Exit codes']) expect(stdout).toContain(word);
  const { version } = JSON.parse(readFileSync(join(app.folder, 'node_modules/nudgeloop/package.json'), 'utf8'));
  expect(app.run(['--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
});
