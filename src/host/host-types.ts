import type { Clock, IdSource } from '../clock.ts';
import type { Log } from '../log/log.ts';
import type { PokeResult, WorkerAnswers, WorkerMethod, WorkerRequest } from '../protocol/api.ts';
import type { BroadcastEnvelope, HostEvent } from '../protocol/events.ts';
import type { LoopSettings } from '../model/settings.ts';
import type { UsablePersistence } from '../storage/usable-persistence.ts';
import type { StrategyRegistry } from '../loop/strategies/strategy-registry.ts';
import type { LoopWorkerOptions } from '../loop/loop-worker.ts';
import type { Polled } from '../loop/sources/poll-sources.ts';
import type { Turns } from './turns.ts';

/**
 * Everything that a host needs from its realm. It is passed in, so the same host runs in a worker, a page and in Node.
 */
export interface HostOptions {
  readonly kind: 'service-worker' | 'page';
  readonly persistence: UsablePersistence;
  readonly clock: Clock;
  readonly newId: IdSource;
  readonly log: Log;
  /** The order of calls and erasures. What the host does by itself waits for erasures too. */
  readonly turns: Turns;
  /** Strategies that a page may choose by name. */
  readonly strategies: StrategyRegistry;
  /**
   * Overrides the settings that a page asked for with those that the worker's own script fixed.
   *
   * @default the page's settings
   */
  readonly fix?: (wanted: LoopSettings) => LoopSettings;
  /** Throws for a loop that pages may not open. @default they may open any */
  readonly allow?: (loop: string) => void;
  /** The loops that sources bring actions to: they are woken even if nothing of them is stored. @default none */
  readonly sourced?: readonly string[];
  /**
   * Asks the sources of a loop: at each wake, and at each poke that is not only for pending work.
   *
   * @default there are none
   */
  readonly poll?: (loop: string, ...given: Parameters<NonNullable<LoopWorkerOptions['poll']>>) => Promise<Polled>;
  /** Milliseconds that an untrusted strategy may take. */
  readonly strategyDeadline?: number;
  /** Sends an event to all clients; called after the commit, never before. */
  readonly publish: (envelope: BroadcastEnvelope) => void;
  /** Runs work while no other host of this database does such work. */
  readonly exclusively: <T>(name: string, work: () => Promise<T>) => Promise<T>;
  /**
   * Gets the same events as the clients, before them and within the call that caused them, so the realm can stay alive.
   * Must not throw.
   */
  readonly told?: (event: HostEvent) => void;
  /** Closes what the realm shows for an erased loop; with null, for all loops, and removes its sync tags. */
  readonly eraseRealm?: (loop: string | null) => Promise<{ readonly notifications: number; readonly tags: number }>;
}

/**
 * What pages may call. Each method gets a checked request, and may throw. A later erasure waits for its answer, or until
 * it calls `free`.
 */
export type Methods = {
  readonly [Method in WorkerMethod]: (request: WorkerRequest<Method>, free: () => void) => Promise<WorkerAnswers[Method]>;
};

/** The loops of one database and the methods that pages may call on them. */
export interface Host {
  readonly methods: Methods;
  /**
   * Processes what is pending on one loop. It asks no source: wakes do that, not each action that a page records. A
   * failure is logged; after a storage failure the result says that work is left.
   */
  work(name: string): Promise<PokeResult>;
  /**
   * Does due work on every loop: polls the sources, processes what is pending, prunes by age. You can call it at any
   * time and often: if there is nothing new, it reads once and writes nothing.
   *
   * @param cause what woke the realm, for the log
   */
  wake(cause: string): Promise<PokeResult>;
  /** Waits for what is in progress, then closes the database. */
  close(): Promise<void>;
}
