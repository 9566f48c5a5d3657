import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test.each(['abc', '70000', '-1', ''])('whoever starts the demo with a port that there is not is told so: %j', (port) => {
  const script = fileURLToPath(new URL('../../../scripts/start.mjs', import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [script, port], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 2, stderr: `"${port}" is no port: pass a number of at most 65535, as in "npm start -- 8080".\n` });
});
