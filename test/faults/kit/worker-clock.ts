/** How a worker's clock is wrong: by so many milliseconds, standing still at an instant, or telling no time at all. */
export type ClockFault = number | { readonly at: number } | 'NaN';

/** The field of the message that sets a running worker's clock. */
const FIELD = 'setWorkerClock';

/**
 * Puts another clock in front of a worker's script. It goes wrong as it is served, so that a worker that was stopped
 * has the same one when it comes back; a message changes it until then.
 *
 * @param script the worker's code
 * @param fault how it is wrong from the start
 */
export function withClock(script: string, fault: ClockFault = 0): string {
  return `(() => {
  const Real = Date;
  let fault = ${JSON.stringify(fault)};
  const now = () => (fault === 'NaN' ? NaN : typeof fault === 'number' ? Real.now() + fault : fault.at);
  self.Date = class Date extends Real {
    constructor(...given) {
      if (given.length === 0) super(now());
      else super(...given);
    }
    static now() {
      return now();
    }
  };
  self.addEventListener('message', (event) => {
    if (event.data?.askWorkerClock === true) event.source.postMessage({ workerClock: Date.now() });
    else if (event.data?.${FIELD} !== undefined) fault = event.data.${FIELD};
    else return;
    event.stopImmediatePropagation();
  });
})();
${script}`;
}

/**
 * Sets the clocks of all workers that run, from a page; the source is sent there.
 *
 * @param fault how they are wrong from now on
 */
export async function setWorkerClocks(fault: ClockFault): Promise<void> {
  for (const { active } of await navigator.serviceWorker.getRegistrations()) active?.postMessage({ setWorkerClock: fault });
}

/** Asks the active worker under a script's path what time it is, from a page; null stands for no time. */
export async function askWorkerClock(path: string): Promise<number | null> {
  const registrations = await navigator.serviceWorker.getRegistrations();
  const worker = registrations.map(({ active }) => active).find((found) => found !== null && new URL(found.scriptURL).pathname === path);
  if (worker === undefined || worker === null) throw new Error('there is no worker to ask');
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the worker did not tell the time')), 5_000);
    const hear = ({ data }: MessageEvent<{ workerClock?: number } | null>): void => {
      if (data?.workerClock === undefined) return;
      clearTimeout(timer);
      navigator.serviceWorker.removeEventListener('message', hear);
      resolve(Number.isNaN(data.workerClock) ? null : data.workerClock);
    };
    navigator.serviceWorker.addEventListener('message', hear);
    navigator.serviceWorker.startMessages();
    worker.postMessage({ askWorkerClock: true });
  });
}
