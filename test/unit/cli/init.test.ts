import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { builtScript, createApp } from './installed-package.ts';

const WORKER = 'public/nudgeloop/service-worker.js';
const CLASSIC = 'public/nudgeloop/worker.classic.js';
const PAGE = 'public/nudgeloop/nudgeloop.js';

function createAppWithPublic(files?: Readonly<Record<string, string>>) {
  const app = createApp(files);
  mkdirSync(join(app.folder, 'public'));
  return app;
}

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

describe('a copy that nothing keeps current', () => {
  const SCRIPT = '"prebuild": "nudgeloop init --create"';
  const withScripts = (scripts: unknown) => createAppWithPublic({ 'package.json': JSON.stringify({ scripts }) });

  test('is told of with the script that does, at its making and at each refresh by hand', () => {
    const app = createAppWithPublic();
    expect(app.run(['init', 'public']).stdout).toContain(SCRIPT);
    expect(app.run(['init', 'public', '--composed']).stdout).toContain(SCRIPT);
    expect(app.run(['init']).stdout.split('\n').filter((line) => line.includes(SCRIPT))).toHaveLength(1);
  });

  test.each(['nudgeloop init --check', 'node tools/init.js', 7])('is told of where the scripts have only %j', (test) => {
    expect(withScripts({ test }).run(['init', 'public']).stdout).toContain(SCRIPT);
  });

  test.each([
    { worker: 'nudgeloop init' },
    { init: 'nudgeloop init', build: 'vite build' },
    { worker: 'nudgeloop init', build: 'vite build --config worker.js' },
  ])('is told of where a script copies that nobody runs: %j', (scripts) => {
    expect(withScripts(scripts).run(['init', 'public']).stdout).toContain(SCRIPT);
  });

  test.each([
    { worker: 'nudgeloop init', build: 'npm run worker && vite build' },
    { worker: 'nudgeloop init', dev: 'run-s "worker" vite' },
    { 'build:web': 'nudgeloop init && vite build' },
    { prepare: 'nudgeloop init --create' },
    { prebuild: 'nudgeloop init --create' },
    { postinstall: 'npx nudgeloop init && nudgeloop init --check' },
    { build: 'nudgeloop init && next build' },
  ])('is none where a script copies: %j', (scripts) => {
    expect(withScripts(scripts).run(['init', 'public']).stdout).not.toContain('prebuild');
  });

  describe('under Yarn 2 and later, which run no prebuild,', () => {
    const IN_BUILD = '"build": "nudgeloop init --create && ..."';
    const YARN = { packageManager: 'yarn@4.9.1' };
    const withFiles = (manifest: object, files?: Readonly<Record<string, string>>) => createAppWithPublic({ 'package.json': JSON.stringify(manifest), ...files });

    test.each([
      ['packageManager', YARN, {}],
      ['a packageManager that is told by a tag', { packageManager: 'yarn@berry' }, {}],
      ['a lock file beside .yarnrc.yml', {}, { 'yarn.lock': '', '.yarnrc.yml': 'nodeLinker: node-modules\n' }],
      ['the lock file', {}, { 'yarn.lock': '__metadata:\n  version: 8\n' }],
      ['a packageManager that is pnpm before it ran them again', { packageManager: 'pnpm@8.15.9' }, {}],
      ['the lock file of pnpm 8', {}, { 'pnpm-lock.yaml': "lockfileVersion: '6.0'\n" }],
      ['the lock file of pnpm 7', {}, { 'pnpm-lock.yaml': 'lockfileVersion: 5.4\n' }],
    ])('as %s tells, is told of with what does run', (_sign, manifest, files) => {
      const { stdout } = withFiles(manifest, files).run(['init', 'public']);
      expect(stdout).toContain(IN_BUILD);
      expect(stdout).not.toContain(SCRIPT);
    });

    test('is told of in a workspace too, where the root says so', () => {
      const app = withFiles(YARN, { 'apps/web/package.json': '{}', 'apps/web/public/.gitkeep': '' });
      expect(app.run(['init', 'public'], 'apps/web').stdout).toContain(IN_BUILD);
    });

    test.each([
      [{ packageManager: 'yarn@1.22.22+sha512.a' }, { '.yarnrc.yml': '', 'yarn.lock': '' }],
      [{ packageManager: 'pnpm@10.0.0' }, {}],
      [{}, { 'pnpm-lock.yaml': "lockfileVersion: '9.0'\n" }],
      [{}, { 'yarn.lock': '# yarn lockfile v1\n' }],
      // What lies above an app with a lock file of its own is another project's.
      [{}, { 'app/package-lock.json': '{}', 'yarn.lock': '', '.yarnrc.yml': '' }],
    ])('is told of with prebuild where another one is used: %j %j', (manifest, files) => {
      const app = createApp({ 'package.json': '{}', 'app/package.json': JSON.stringify(manifest), 'app/public/.gitkeep': '', ...files });
      expect(app.run(['init', 'public'], 'app').stdout).toContain(SCRIPT);
    });

    test('is told of although prebuild would copy', () => {
      const scripts = { prebuild: 'nudgeloop init --create', build: 'vite build' };
      expect(withFiles({ ...YARN, scripts }).run(['init', 'public']).stdout).toContain(IN_BUILD);
    });

    test.each([
      { build: 'nudgeloop init --create && vite build' },
      { postinstall: 'nudgeloop init --create' },
      { prebuild: 'nudgeloop init --create', build: 'yarn prebuild && vite build' },
    ])('is none where a script copies that does run: %j', (scripts) => {
      expect(withFiles({ ...YARN, scripts }).run(['init', 'public']).stdout).not.toContain('To refresh the copy');
    });
  });

  describe('where .npmrc says ignore-scripts, so that no hook runs at all,', () => {
    const IN_BUILD = '"build": "nudgeloop init --create && ..."';
    const ignoring = (scripts: object, npmrc = 'ignore-scripts=true\n') =>
      createAppWithPublic({ 'package.json': JSON.stringify({ scripts }), 'package-lock.json': '{}', '.npmrc': npmrc });

    test.each([{}, { prebuild: 'nudgeloop init --create' }, { postinstall: 'nudgeloop init --create' }])('is told of with what does run: %j', (scripts) => {
      expect(ignoring(scripts).run(['init', 'public']).stdout).toContain(IN_BUILD);
    });

    test.each(['fund=false\r\n ignore-scripts = true\r\n', 'ignore-scripts\n'])('is told of however that is written: %j', (npmrc) => {
      expect(ignoring({}, npmrc).run(['init', 'public']).stdout).toContain(IN_BUILD);
    });

    test('is none where a script copies that does run', () => {
      expect(ignoring({ build: 'nudgeloop init --create && vite build' }).run(['init', 'public']).stdout).not.toContain('To refresh the copy');
      expect(ignoring({}, '# ignore-scripts=true\nignore-scripts=false\n').run(['init', 'public']).stdout).toContain(SCRIPT);
    });

    test.each<[manifest: object, files: Record<string, string>]>([
      [{ packageManager: 'pnpm@10.0.0' }, {}],
      [{}, { 'pnpm-lock.yaml': "lockfileVersion: '9.0'\n" }],
      [{ packageManager: 'bun@1.2.0' }, {}],
      [{}, { 'yarn.lock': '# yarn lockfile v1\n' }],
    ])('is none where prebuild copies, and a package manager runs it that heeds this of installations only: %j %j', (manifest, files) => {
      const given = { ...manifest, scripts: { prebuild: 'nudgeloop init --create' } };
      const app = createApp({ 'package.json': '{}', 'app/package.json': JSON.stringify(given), 'app/.npmrc': 'ignore-scripts=true\n', 'app/public/.gitkeep': '', ...files });
      expect(app.run(['init', 'public'], 'app').stdout).not.toContain('To refresh the copy');
    });
  });

  test('is the app\'s own affair with --no-save', () => {
    expect(createAppWithPublic({}).run(['init', 'public', '--no-save']).stdout).not.toContain('prebuild');
  });
});

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
    expect(stdout).toBe(`stale: ${WORKER}\nmissing: static/nudgeloop/service-worker.js\nMend it with "npx nudgeloop init --create".\n`);
    expect(app.read(WORKER)).toBe(builtScript('service-worker.js', '1'));
    expect(app.run(['init', '--create']).status).toBe(0);
    app.install('3');
    expect(app.run(['init', '--check']).stdout).toContain('Mend it with "npx nudgeloop init".');
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

describe('a file of the app\'s own where a copy belongs', () => {
  const classic = "importScripts('/nudgeloop/worker.classic.js');\nnudgeloop.startWorker();\n";
  // What a bundler makes of a script that imports nudgeloop/worker: it is of a build, and has a source map of that name too.
  const bundled = builtScript('service-worker.js', '1').replace('var ', 'var copy=typeof __NUDGELOOP_COPY__<"u",');
  // The built script and more after it.
  const extended = `${builtScript('service-worker.js', '1')}self.addEventListener('push', () => {});\n`;

  test.each([classic, bundled, extended, ''])('is not replaced when the copies are refreshed: %j', (own) => {
    const app = createAppWithPublic();
    app.run(['init', 'static', 'public', '--create']);
    app.write(WORKER, own);
    app.install('2');
    const { status, stdout, stderr } = app.run(['init', '--create']);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^nudgeloop: public\/nudgeloop\/service-worker\.js is no copy.*"workerDirectory" in package\.json.*--force/);
    expect([app.read(WORKER), app.read('static/nudgeloop/service-worker.js')]).toEqual([own, builtScript('service-worker.js', '1')]);
  });

  test.each([[WORKER, '--create'], [CLASSIC, '--composed'], [PAGE, '--page']])('is not replaced by a first copy: %s', (path, flag) => {
    const app = createAppWithPublic();
    app.write(path, classic);
    const before = app.read('package.json');
    expect(app.run(['init', 'public', flag]).status).toBe(1);
    expect([app.read(path), app.read('package.json')]).toEqual([classic, before]);
  });

  test('is told of by --check, beside what mends the others', () => {
    const app = createAppWithPublic();
    app.run(['init', 'public', 'static', '--create']);
    app.write(WORKER, classic);
    const { status, stdout } = app.run(['init', '--check']);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^foreign: public\S+\ncurrent: static\S+\npublic\S+ is no copy.*--force.*\n$/);
    app.install('2');
    expect(app.run(['init', '--check']).stdout).toMatch(/^foreign: .*\nstale: .*\npublic.*--force.*\nMend it with "npx nudgeloop init"\.\n$/);
  });

  test('is replaced with --force', () => {
    const app = createAppWithPublic();
    app.write(WORKER, classic);
    const { status, stdout } = app.run(['init', 'public', '--force']);
    expect(status).toBe(0);
    expect(stdout).toContain(`replaced: ${WORKER}`);
    expect(app.read(WORKER)).toBe(builtScript('service-worker.js', '1'));
  });

  test('is none when it is a copy of another version, whichever quotes and line ends it came to', () => {
    const app = createAppWithPublic();
    app.run(['init', 'public']);
    for (const version of ['0.1.0+fdac38bb', '2.0.0-beta.1+fdac38bb']) {
      app.write(WORKER, `const build = "${version}";\r\n//# sourceMappingURL=service-worker.js.map\r\n\r\n`);
      expect(app.run(['init']).stdout).toContain(`refreshed: ${WORKER}`);
    }
  });

  test('is none when it is the script of a page, which asks what a bundled worker asks', () => {
    const app = createAppWithPublic();
    app.write(PAGE, builtScript('nudgeloop.js', '0').replace('var ', 'var copy=typeof __NUDGELOOP_COPY__<"u",'));
    expect(app.run(['init', 'public', '--page']).stdout).toContain(`refreshed: ${PAGE}`);
  });
});

describe('what goes wrong is told with what to do, and leaves nothing half done', () => {
  const told = (app: ReturnType<typeof createApp>, args: readonly string[]) => {
    const { status, stderr } = app.run(args);
    expect(stderr).not.toMatch(/^\s+at /m);
    return `${status} ${stderr}`;
  };

  test('a folder that is missing', () => {
    const app = createApp();
    expect(told(app, ['init', 'pubic'])).toMatch(/^1 .*There is no folder pubic.*--create/);
    expect(existsSync(join(app.folder, 'pubic'))).toBe(false);
    expect(app.read('package.json')).toBe('{\n  "name": "app"\n}\n');
  });

  test('a folder that is a file', () => {
    const app = createApp({ 'package.json': '{}', public: '' });
    expect(told(app, ['init', 'public'])).toMatch(/^1 .*public is no folder/);
    expect(told(app, ['init', 'public', '--create'])).toMatch(/^1 .*can't be written/);
  });

  test('a place that is taken', () => {
    const app = createApp({ 'package.json': '{}', 'public/nudgeloop/service-worker.js/file': '' });
    expect(told(app, ['init', 'public'])).toMatch(/^1 .*service-worker\.js can't be read: /);
  });

  test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('a folder that is not writable', () => {
    const app = createAppWithPublic();
    chmodSync(join(app.folder, 'public'), 0o555);
    expect(told(app, ['init', 'public'])).toMatch(/^1 .*can't be written: permission is missing/);
  });

  test('no package.json', () => {
    const app = createAppWithPublic({});
    expect(told(app, ['init', 'public'])).toMatch(/^1 .*no package\.json.*npm init -y.*--no-save/);
    expect(existsSync(join(app.folder, WORKER))).toBe(false);
  });

  test.each([
    ['{ "name": ', 'is no JSON'],
    ['[]', 'holds no object'],
    ['{ "nudgeloop": true }', '"nudgeloop" in'],
    ['{ "nudgeloop": { "workerDirectory": [1] } }', '"nudgeloop.workerDirectory" in'],
  ])('a package.json that can\'t be understood: %s', (text, words) => {
    const app = createAppWithPublic({ 'package.json': text });
    expect(told(app, ['init', 'public'])).toContain(words);
    expect(existsSync(join(app.folder, WORKER))).toBe(false);
    expect(app.read('package.json')).toBe(text);
  });

  test('nothing remembered', () => {
    expect(told(createApp(), ['init'])).toMatch(/^2 .*npx nudgeloop init public\//);
    const app = createAppWithPublic();
    app.run(['init', 'public']);
    expect(told(app, ['init', '--page'])).toMatch(/^2 .*no folder for nudgeloop\.js yet.*npx nudgeloop init public\/ --page/);
  });

  test('a package without its built scripts', () => {
    const app = createAppWithPublic();
    rmSync(join(app.folder, 'node_modules/nudgeloop/dist'), { recursive: true });
    expect(told(app, ['init', 'public'])).toMatch(/^1 .*Install nudgeloop again/);
  });

  test('a command or a flag that there is not', () => {
    const app = createApp();
    expect(told(app, [])).toContain('2 nudgeloop: Say what to do.');
    expect(told(app, ['copy'])).toMatch(/^2 .*no command "copy"/);
    expect(told(app, ['init', '--overwrite'])).toMatch(/^2 .*--overwrite.*--help/);
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
