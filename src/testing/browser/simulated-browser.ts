import { createSequentialIds, createSimulatedClock, type SimulatedClock } from '../../clock.ts';
import type { GoalFeedbackPersistence } from '../../storage/persistence.ts';
import type { WorkerOptions } from '../../../sw/worker-options.ts';
import { createWire, type Wire } from './message-faults.ts';
import { createSimulatedChannels } from './simulated-channels.ts';
import { createSimulatedLocks } from './simulated-locks.ts';
import { createSimulatedPage, type SimulatedPage, type WorkerSupport } from './simulated-page.ts';
import { createSimulatedWorker, type SimulatedWorker } from './simulated-worker.ts';

/** Options of `createSimulatedBrowser`. */
export interface SimulatedBrowserOptions {
  /** Options of the worker's script. */
  readonly worker?: WorkerOptions;
  /** When it starts, in epoch milliseconds. */
  readonly start: number;
  /** Decides what is left to chance. */
  readonly seed: number;
  /** The prefix of all ids. @default `s` and the seed */
  readonly name?: string;
  /** Where the loops are stored. @default what the realm has; in Node nothing, so each worker has its own memory */
  readonly storage?: GoalFeedbackPersistence;
}

/**
 * A small browser: one origin, one service worker that may be stopped, pages, channels, locks, and a clock of our own.
 */
export interface SimulatedBrowser {
  readonly clock: SimulatedClock;
  readonly wire: Wire;
  readonly worker: SimulatedWorker;
  openPage(options?: { readonly support?: WorkerSupport; readonly hasPorts?: boolean; readonly isVisible?: boolean }): SimulatedPage;
  /**
   * Fires the background syncs that the worker asked for, or the one with the given tag. Rejects as the worker's own
   * work does.
   *
   * @param lastChance the browser will not try again
   */
  sync(tag: string, lastChance?: boolean): Promise<unknown>;
}

/** Makes a browser. Nothing in it depends on the machine's time or on chance. */
export function createSimulatedBrowser({ worker: options = {}, start, seed, name = `s${seed}`, storage }: SimulatedBrowserOptions): SimulatedBrowser {
  const clock = createSimulatedClock(start);
  const wire = createWire(seed);
  const channels = createSimulatedChannels(wire);
  const locks = createSimulatedLocks();
  const idsOf = (part: string) => createSequentialIds(`${name}-${part}`);
  const worker = createSimulatedWorker({ options, clock, channels, locks, idsOf, storage });
  let pages = 0;
  return {
    clock,
    wire,
    worker,
    openPage({ support = 'working', hasPorts = true, isVisible = true } = {}) {
      pages += 1;
      const page = `page${pages}`;
      return createSimulatedPage({ clock, wire, worker, channels, locks, name: page, newId: idsOf(page), hasPorts, support, isVisible, storage });
    },
    sync: (tag, lastChance = false) => worker.dispatch('sync', { tag, lastChance }),
  };
}
