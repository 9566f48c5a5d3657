import { chmodSync, existsSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createApp, createAppWithPublic, WORKER } from './installed-package.ts';

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
    expect(told(app, ['init', 'public'])).toMatch(/^1 .*public is not a folder/);
    expect(told(app, ['init', 'public', '--create'])).toMatch(/^1 .*public is not a folder/);
  });

  test('a link that leads nowhere', () => {
    const app = createApp();
    symlinkSync('gone', join(app.folder, 'public'), 'junction');
    for (const flags of [[], ['--create']]) expect(told(app, ['init', 'public', ...flags])).toMatch(/^1 .*public is a link that leads nowhere/);
  });

  test('an empty name, as of a variable that is not set', () => {
    const app = createApp();
    expect(told(app, ['init', ''])).toMatch(/^2 .*empty/);
    expect(existsSync(join(app.folder, 'nudgeloop'))).toBe(false);
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
    for (const flag of ['--no-save', '--check']) expect(told(app, ['init', flag])).toMatch(/name the folder of your static files and pass --no-save/);
    expect(existsSync(join(app.folder, WORKER))).toBe(false);
  });

  test.each([
    ['{ "name": ', 'is not valid JSON'],
    ['[]', 'does not hold an object'],
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
    expect(told(app, [])).toContain('2 nudgeloop: Name a command.');
    expect(told(app, ['copy'])).toMatch(/^2 .*no command "copy"/);
    expect(told(app, ['init', '--overwrite'])).toMatch(/^2 .*--overwrite.*--help/);
  });
});
