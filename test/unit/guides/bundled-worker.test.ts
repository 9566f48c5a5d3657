import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build } from 'vite';
import { describe, expect, test } from 'vitest';
import { sourceAliases } from '../../../scripts/lib/source-aliases.mjs';
import { guideFiles, writeGuide } from '../../guides/guide-files.ts';

/** As the guide has it: with a library that looks at `process.env.NODE_ENV`, which no service worker has. */
const { code: WORKER } = guideFiles('guides/composed-worker').find(({ name }) => name === 'sw.js')!;

describe('the configuration of Vite for one classic script', () => {
  test.each([
    ['guides/composed-worker', 'src/sw.js', 'sw.js'],
    ['recipes/strategy-and-users-with-vite', 'src/loop/sw.ts', 'loop/sw.js'],
  ])('of %s makes a worker that asks for nothing of Node, with the list of its precache to be filled', async (page, source, built) => {
    const name = 'vite.sw.config.mjs';
    const folder = await writeGuide(`bundled-worker/${page}`, guideFiles(page).filter((file) => file.name === name));
    await mkdir(join(folder, dirname(source)), { recursive: true });
    await writeFile(join(folder, source), WORKER);
    await build({ root: folder, configFile: join(folder, name), logLevel: 'silent', resolve: { alias: sourceAliases } });
    const script = await readFile(join(folder, 'dist', built), 'utf8');
    // Not the script itself, of which a failure would print 90 kB.
    expect(script.match(/\bprocess\./g)).toBeNull();
    expect(script.match(/self\.__WB_MANIFEST/g)).toHaveLength(1);
  });
});
