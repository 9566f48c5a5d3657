import { report, watchWorkLocks } from './report.ts';
import { watchStates } from './watch-states.ts';

/** How often it is looked whether `Object.prototype` is as it was, in milliseconds. */
const LOOK_MS = 100;

/** Whether `Object.prototype` has what it should not have. */
export const isPolluted = (): boolean => Object.keys(Object.prototype).length > 0 || 'canary' in {};

/** Reports all that nobody else can see of a page or worker. To be called before the product does anything. */
export function watchHost(): void {
  watchWorkLocks();
  watchStates();
  watchConsole();
  const timer = setInterval(() => {
    if (!isPolluted()) return;
    clearInterval(timer);
    report('polluted', Object.keys(Object.prototype));
  }, LOOK_MS);
}

/** The same for a worker, which has no other way to tell of its errors; a page tells them with its answers. */
export function watchWorker(): void {
  watchHost();
  const answers = watchAnswers();
  addEventListener('unhandledrejection', ({ reason }) => answers.has(reason) || report('unhandled', { text: String(reason) }));
  addEventListener('error', ({ message }) => report('unhandled', { text: message }));
}

/** What these events are told to wait for may reject by intent: the browser tries the sync again later, and lets the worker go. */
const ANSWERED: ReadonlySet<string> = new Set(['install', 'sync']);

/** Keeps the reasons of rejections that are an answer to the browser, which takes them for unhandled ones all the same. */
function watchAnswers(): Pick<ReadonlySet<unknown>, 'has'> {
  const answers = new Set<unknown>();
  const { prototype } = (globalThis as unknown as { ExtendableEvent: { prototype: Event & { waitUntil(work: unknown): void } } }).ExtendableEvent;
  const { waitUntil } = prototype;
  prototype.waitUntil = function watched(this: Event, work: unknown): void {
    if (ANSWERED.has(this.type)) Promise.resolve(work).catch((reason: unknown) => void answers.add(reason));
    waitUntil.call(this, work);
  };
  return answers;
}

function watchConsole(): void {
  for (const level of ['debug', 'error', 'info', 'log', 'trace', 'warn'] as const) {
    const write = console[level];
    console[level] = (...given: unknown[]): void => {
      report('console', { level, text: given.map(String).join(' ') });
      write.apply(console, given);
    };
  }
}
