import { describe, expect, test } from 'vitest';
import { createApp, createAppWithPublic } from './installed-package.ts';

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
      [{ packageManager: 'pnpm@8.15.9' }, { 'app/.npmrc': 'enable-pre-post-scripts=true\n' }],
      // In a workspace that is the root's.
      [{}, { 'pnpm-lock.yaml': "lockfileVersion: '6.0'\n", '.npmrc': 'enable-pre-post-scripts = true\n' }],
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
