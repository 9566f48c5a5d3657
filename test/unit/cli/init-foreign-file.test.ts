import { describe, expect, test } from 'vitest';
import { builtScript, CLASSIC, createAppWithPublic, PAGE, WORKER } from './installed-package.ts';

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
    expect(stderr).toMatch(/^nudgeloop: public\/nudgeloop\/service-worker\.js is not a copy.*"workerDirectory" in package\.json.*--force/);
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
    expect(stdout).toMatch(/^foreign: public\S+\ncurrent: static\S+\npublic\S+ is not a copy.*--force.*\n$/);
    app.install('2');
    expect(app.run(['init', '--check']).stdout).toMatch(/^foreign: .*\nstale: .*\npublic.*--force.*\nAfter that, fix the others with "npx nudgeloop init"\.\n$/);
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
