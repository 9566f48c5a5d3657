// Between two tabs of one origin, whose clocks can't be compared: what the second one heard it says back to the first, which takes the time.
const channel = new BroadcastChannel('echoes');
let sent = 0;

/** In the second tab: says back that it heard something. */
export function sendEcho(): void {
  sent += 1;
  channel.postMessage(sent);
}

/** In the second tab: how often it heard something. */
export const echoesSent = (): number => sent;

/** In the second tab: answers pings, which are not counted. */
export function answerPings(): void {
  channel.addEventListener('message', () => channel.postMessage(0));
}

/** In the first tab: asks for nothing but an answer. */
export async function ping(): Promise<void> {
  channel.postMessage(0);
}

/**
 * In the first tab: microseconds from each of so many calls to what the second tab says back, one call at a time.
 *
 * @param prepare gives the call, what it needs being made before
 */
export async function timeEchoes(count: number, prepare: (n: number) => () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const call = prepare(n);
    const heard = new Promise<number>((resolve) => {
      channel.addEventListener('message', () => resolve(performance.now()), { once: true });
    });
    const start = performance.now();
    const [end] = await Promise.all([heard, call()]);
    times.push((end - start) * 1_000);
  }
  return times;
}
