/** How a worker's clock is wrong: off by milliseconds, stopped at an instant, or without any time. */
export type ClockFault = number | { readonly at: number } | 'NaN';

/** The field of the message that sets a running worker's clock. */
const FIELD = 'setWorkerClock';

/**
 * Prepends another clock to a worker's script. A stopped worker comes back with the clock that is served; until it
 * stops, a message changes it.
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
 * Sets the clocks of all running workers, from a page; this function's source is sent there.
 *
 * @param fault how they are wrong from now on
 */
export async function setWorkerClocks(fault: ClockFault): Promise<void> {
  for (const { active } of await navigator.serviceWorker.getRegistrations()) active?.postMessage({ setWorkerClock: fault });
}

/** Asks the active worker under a script's path for its time, from a page; null means that it has none. */
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
