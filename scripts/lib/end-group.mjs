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
  const target = process.platform === 'win32' ? pid : -pid;
  const send = (/** @type {NodeJS.Signals | 0} */ signal) => {
    try {
      return process.kill(target, signal);
    } catch {
      // It has ended by itself.
      return false;
    }
  };
  send('SIGTERM');
  for (let waited = 0; waited < graceMs && send(0); waited += LOOK_MS) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  send('SIGKILL');
}
