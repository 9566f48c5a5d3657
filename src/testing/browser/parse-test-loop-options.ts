import { invalidOption } from '../../model/check-options.ts';
import type { GoalFeedbackPersistence } from '../../storage/persistence.ts';
import { checkWorkerOptions } from '../../../sw/worker-options.ts';
import type { WorkerSupport } from './simulated-page.ts';
import { DEFAULT_START } from '../default-start.ts';
import type { TestClientOptions, TestLoopOptions, TestWorkerOptions } from './test-loop-options.ts';

/** The checked options of a test loop. */
export interface ParsedTestLoopOptions {
  /** Not checked yet: a tab does that. */
  readonly client: TestClientOptions;
  readonly worker: TestWorkerOptions;
  /** What a page finds of service workers; false if the app wants none. */
  readonly serviceWorker: WorkerSupport | false;
  readonly persistence: GoalFeedbackPersistence | undefined;
  readonly start: number;
  readonly seed: number;
}

/** Options of a real client that would bypass the simulation. */
const NOT_OF_TABS: Readonly<Record<string, string>> = {
  database: 'a test loop has a storage of its own; leave it out',
  clock: 'a test loop has a clock of its own, loop.clock; leave it out',
  newId: 'a test loop makes its ids from the option seed; leave it out',
  serviceWorker: 'it is an option of createTestLoop, for all tabs; leave it out',
};

/** Options of a real worker that would bypass the simulation. */
const NOT_OF_WORKERS: Readonly<Record<string, string>> = {
  database: 'a test loop has a storage of its own; leave it out',
  durability: 'the option persistence decides how durable the storage is; leave it out',
  surface: 'notifications are not simulated; leave it out, and test it separately',
};

const METHODS = ['probe', 'epoch', 'loops', 'read', 'write', 'eraseAll', 'close'] as const;

/**
 * Checks the options of a test loop, except those of its clients.
 *
 * @throws NudgeloopError `options.invalid`
 */
export function parseTestLoopOptions(options: TestLoopOptions): ParsedTestLoopOptions {
  const { worker = {}, serviceWorker, persistence, start = DEFAULT_START, seed = 1, ...client } = options;
  checkTestWorkerOptions(worker);
  if (persistence !== undefined && !isPersistence(persistence)) throw invalidOption('persistence', `pass an object with the methods ${METHODS.join(', ')}`);
  if (typeof start !== 'number' || !(Math.abs(start) <= 8.64e15)) throw invalidOption('start', 'pass epoch milliseconds');
  if (!Number.isSafeInteger(seed)) throw invalidOption('seed', 'pass a whole number');
  return { client, worker, serviceWorker: parseSupport(serviceWorker), persistence, start, seed };
}

/**
 * Refuses options of a tab that only a real client has. The client itself checks the rest.
 *
 * @throws NudgeloopError `options.invalid`
 */
export function checkTestClientOptions(options: TestClientOptions): void {
  refuse(options, NOT_OF_TABS);
}

/**
 * Checks the options of a worker's script.
 *
 * @throws NudgeloopError `options.invalid`
 */
export function checkTestWorkerOptions(options: TestWorkerOptions): void {
  refuse(options, NOT_OF_WORKERS);
  checkWorkerOptions(options);
}

function refuse(options: object, reasons: Readonly<Record<string, string>>): void {
  for (const [option, reason] of Object.entries(reasons)) {
    if ((options as Readonly<Record<string, unknown>>)[option] !== undefined) throw invalidOption(option, reason);
  }
}

function parseSupport(given: TestLoopOptions['serviceWorker'] = true): WorkerSupport | false {
  switch (given) {
    case true:
      return 'working';
    case 'working':
    case 'unsupported':
    case 'insecure':
    case false:
      return given;
    default:
      throw invalidOption('serviceWorker', "pass true or 'working', 'unsupported', 'insecure', or false; its script is made from the option worker");
  }
}

function isPersistence(value: unknown): boolean {
  const methods = value as Readonly<Record<string, unknown>> | null;
  return METHODS.every((name) => typeof methods?.[name] === 'function');
}
