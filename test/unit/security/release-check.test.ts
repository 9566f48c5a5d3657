import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

function check(manifest: object, files: Readonly<Record<string, string>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'nudgeloop-release-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts/release-check.mjs'), folder], { encoding: 'utf8' });
  return { status, stderr };
}

test('a release that the registry would refuse ends before anything is built, and says what is missing', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly scripts: Readonly<Record<string, string>> };
  expect(scripts['prepublishOnly']).toBe('node scripts/release-check.mjs');
  for (const repository of [undefined, '', {}]) {
    const { status, stderr } = check({ publishConfig: { provenance: true }, repository });
    expect(status).toBe(1);
    expect(stderr).toMatch(/package\.json has "provenance": true and no "repository".*Write "repository": \{/);
  }
});

test('a release is told of what its own documents still say', () => {
  const files = { 'README.md': 'It is not published yet.\n', 'CHANGELOG.md': '## 1.2.0 (unreleased)\n\n## 1.1.0 (2026-01-01)\n' };
  const { status, stderr } = check({ version: '1.2.0' }, files);
  expect(status).toBe(1);
  expect(stderr.split('\n')).toMatchObject([expect.stringContaining('README.md'), expect.stringContaining('CHANGELOG.md'), '']);
  expect(check({ version: '1.1.0' }, { ...files, 'README.md': 'It is.\n' })).toEqual({ status: 0, stderr: '' });
});

test.each(['1.0.0', '1.2', '1.2.0-beta.1'])('a release whose section the changelog has not, or has under another version, is told so: %s', (version) => {
  const { status, stderr } = check({ version }, { 'CHANGELOG.md': '## 1.2.0 (2026-02-01)\n\n## 0.1.0 (unreleased)\n' });
  expect(status).toBe(1);
  expect(stderr).toContain(`no section "## ${version} (YYYY-MM-DD)"`);
});

test.each([
  { publishConfig: { provenance: true }, repository: { type: 'git', url: 'git+https://git.example/nudgeloop.git' } },
  { publishConfig: { provenance: true }, repository: 'https://git.example/nudgeloop' },
  { publishConfig: { access: 'public' } },
])('a release that can be told where it is from may go out: %j', (manifest) => {
  expect(check({ version: '1.0.0', ...manifest }, { 'CHANGELOG.md': '# Changelog\n\n## 1.0.0 (2026-02-01)\n' })).toEqual({ status: 0, stderr: '' });
});
