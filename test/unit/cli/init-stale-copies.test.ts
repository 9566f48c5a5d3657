import { existsSync, mkdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { builtScript, CLASSIC, createAppWithPublic, PAGE, WORKER } from './installed-package.ts';

describe('npx nudgeloop init, after an update', () => {
  test.each([[['init']], [['init', '--page']]])('refreshes the script of a page without a bundler and its worker: %j', (command) => {
    const app = createAppWithPublic();
    app.run(['init', 'public', '--page']);
    app.install('2');
    expect(app.run(command).stdout).toContain(`refreshed: ${PAGE}`);
    expect([app.read(WORKER), app.read(PAGE)]).toEqual([builtScript('service-worker.js', '2'), builtScript('nudgeloop.js', '2')]);
  });

  test('writes nothing where all is current', () => {
    const app = createAppWithPublic();
    app.run(['init', 'public']);
    utimesSync(join(app.folder, WORKER), new Date(1_000), new Date(1_000));
    expect(app.run(['init']).stdout).toContain(`current: ${WORKER}`);
    expect(statSync(join(app.folder, WORKER)).mtime).toEqual(new Date(1_000));
  });

  test('copies nothing where one of the folders is missing', () => {
    const app = createAppWithPublic();
    const { status } = app.run(['init', 'public', 'static']);
    expect(status).toBe(1);
    expect(existsSync(join(app.folder, WORKER))).toBe(false);
  });

  test('refreshes every copy that is remembered, of both kinds of workers', () => {
    const app = createAppWithPublic({ 'package.json': '{ "scripts": { "postinstall": "nudgeloop init --create" } }' });
    app.run(['init', 'public', 'static', '--create']);
    app.run(['init', 'public', '--composed']);
    const manifest = app.read('package.json');
    app.install('2');
    const { status, stdout } = app.run(['init']);
    expect(status).toBe(0);
    expect(stdout.split('\n')).toEqual([`refreshed: ${WORKER}`, 'refreshed: static/nudgeloop/service-worker.js', `refreshed: ${CLASSIC}`, '']);
    expect([app.read(WORKER), app.read(CLASSIC)]).toEqual([builtScript('service-worker.js', '2'), builtScript('worker.classic.js', '2')]);
    expect(app.read('package.json')).toBe(manifest);
    expect(app.run(['init']).stdout).toContain(`current: ${WORKER}`);
  });

  test('works from a folder below, and makes a folder that is not in the repository when told to', () => {
    const app = createAppWithPublic();
    app.run(['init', 'public']);
    rmSync(join(app.folder, 'public'), { recursive: true });
    mkdirSync(join(app.folder, 'src'));
    expect(app.run(['init'], 'src').status).toBe(1);
    expect(app.run(['init', '--create'], 'src').status).toBe(0);
    expect(app.read(WORKER)).toBe(builtScript('service-worker.js', '1'));
  });
});

describe('npx nudgeloop init --check', () => {
  test('passes while the copies are current, and changes nothing', () => {
    const app = createAppWithPublic();
    app.run(['init', 'public']);
    const { status, stdout } = app.run(['init', '--check']);
    expect({ status, stdout }).toEqual({ status: 0, stdout: `current: ${WORKER}\n` });
  });

  test('passes where Git has ended the lines of a copy with CR LF, and finds a stale one there too', () => {
    const app = createAppWithPublic();
    app.run(['init', 'public']);
    app.write(WORKER, app.read(WORKER).replaceAll('\n', '\r\n'));
    expect(app.run(['init', '--check'])).toEqual({ status: 0, stdout: `current: ${WORKER}\n`, stderr: '' });
    app.install('2');
    expect(app.run(['init', '--check']).stdout).toContain(`stale: ${WORKER}`);
  });

  test('fails with the mending command when one is stale or missing', () => {
    const app = createAppWithPublic();
    app.run(['init', 'public', 'static', '--create']);
    app.install('2');
    rmSync(join(app.folder, 'static'), { recursive: true });
    const { status, stdout } = app.run(['init', '--check']);
    expect(status).toBe(1);
    expect(stdout).toBe(`stale: ${WORKER}\nmissing: static/nudgeloop/service-worker.js\nFix it with "npx nudgeloop init --create".\n`);
    expect(app.read(WORKER)).toBe(builtScript('service-worker.js', '1'));
    expect(app.run(['init', '--create']).status).toBe(0);
    app.install('3');
    expect(app.run(['init', '--check']).stdout).toContain('Fix it with "npx nudgeloop init".');
    expect(app.run(['init']).status).toBe(0);
    expect(app.run(['init', '--check']).status).toBe(0);
  });

  test('of a folder that is named needs no package.json', () => {
    const app = createAppWithPublic({});
    const { status, stdout } = app.run(['init', 'public', '--check', '--composed']);
    expect(status).toBe(1);
    expect(stdout).toContain('"npx nudgeloop init public --composed"');
    expect(app.run(['init', 'public', '--check', '--page']).stdout).toContain('"npx nudgeloop init public --page"');
    app.run(['init', 'public', '--composed', '--no-save']);
    expect(app.run(['init', 'public', '--check', '--composed', '--page']).stdout).toContain('"npx nudgeloop init public --composed --page"');
  });
});
