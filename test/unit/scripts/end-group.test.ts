import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { endGroup } from '../../../scripts/lib/end-group.mjs';

/** Starts a shell with a script in Node below it, in a group of their own, and waits until the script runs. */
async function start(script: string): Promise<{ readonly pid: number; readonly said: () => string; readonly ended: Promise<unknown> }> {
  const child = spawn('sh', ['-c', `node -e '${script}'; true`], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (data: Buffer) => (text += data.toString()));
  const ended = once(child, 'close');
  await once(child.stdout, 'data');
  return { pid: child.pid ?? 0, said: () => text, ended };
}

// Windows has neither groups nor this signal.
test.skipIf(process.platform === 'win32')('whoever interrupts the tests gives each program time to end what it started elsewhere, as the fault kit its browser', async () => {
  const slow = 'setInterval(() => 0, 1e6); process.on("SIGTERM", () => setTimeout(() => { console.log("ended it"); process.exit() }, 200)); console.log("runs");';
  const { pid, said, ended } = await start(slow);
  await endGroup(pid);
  await ended;
  expect(said()).toBe('runs\nended it\n');
});

test.skipIf(process.platform === 'win32')('a program that does not end when asked is killed', async () => {
  const { pid, said, ended } = await start('setInterval(() => 0, 1e6); process.on("SIGTERM", () => console.log("no")); console.log("runs");');
  await endGroup(pid, 300);
  await ended;
  expect(said()).toBe('runs\nno\n');
});
