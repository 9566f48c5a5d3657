import { spawnSync } from 'node:child_process';

/** How long processes have to end by themselves, in milliseconds; some must end browsers that are in groups of their own. */
const GRACE_MS = 5_000;
const LOOK_MS = 50;

/**
 * Ends a process and all of its group: asks first, and kills what is still there after a few seconds.
 *
 * @param {number} pid of a process that was started with `detached`, except on Windows, which has no groups
 * @param {number} [graceMs] in milliseconds
 */
export async function endGroup(pid, graceMs = GRACE_MS) {
  // Windows can't ask.
  if (process.platform !== 'win32' && send(pid, 'SIGTERM')) {
    for (let waited = 0; waited < graceMs && send(pid, 0); waited += LOOK_MS) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
  killGroup(pid);
}

/**
 * Kills a process and all of its group at once; on Windows, all that it started.
 *
 * @param {number} pid as for `endGroup`
 */
export function killGroup(pid) {
  if (process.platform === 'win32') spawnSync('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore' });
  else send(pid, 'SIGKILL');
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals | 0} signal
 */
function send(pid, signal) {
  try {
    return process.kill(-pid, signal);
  } catch {
    // It has ended by itself.
    return false;
  }
}
