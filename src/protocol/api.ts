import type { NudgeloopErrorData } from '../errors.ts';
import type { LogEvent } from '../log/log.ts';
import type { LoopExport } from '../model/export-schema.ts';
import type { HistoryEntry, LoopInspection } from '../model/inspection.ts';
import type { Nudge, Suggestion } from '../model/nudge.ts';
import type { LoopSettings } from '../model/settings.ts';
import type { WorkerMethod, WorkerRequest } from './requests.ts';

export type { WorkerMethod, WorkerRequest } from './requests.ts';

/** Every call answers data, never an exception: Comlink drops the fields of a thrown error. */
export type Answer<T> =
  | {
      readonly ok: true;
      readonly value: T;
      /** The life of the database that this was read from: a client that knows another must tell its app first. */
      readonly epoch?: string;
    }
  | { readonly ok: false; readonly error: NudgeloopErrorData };

/** Who answered, and what was agreed. */
export interface Hello {
  readonly protocol: number;
  /** The identity of this life of the database. */
  readonly epoch: string;
  /** The identity of this run of the host; it changes whenever the worker was stopped in between. */
  readonly boot: string;
  readonly host: 'service-worker' | 'page';
  /** False when nothing survives a restart: storage is unusable. */
  readonly durable: boolean;
  /** Which build the host is of, such as `0.1.0+1a2b3c4d`. A page of another one looks whether the worker was left behind. */
  readonly build?: string;
  /** True when the worker runs one of the scripts that `npx nudgeloop init` copies. */
  readonly copied?: boolean;
  /** The settings in force, after the worker's own were laid over the page's. */
  readonly settings: LoopSettings;
  /** The identity of this life of the loop, which an erasure ends; empty while nothing of it is stored. */
  readonly incarnation?: string;
  /** True when the settings could not be stored, as on a full disk: a worker that starts anew has those of before. */
  readonly unstored?: boolean;
}

/** Proof that actions were taken: after it, they are durable unless `durable` is false. */
export interface Receipt {
  /** Stable id of the call; a resend gets the same. */
  readonly id: string;
  readonly loop: string;
  /** How many actions it covers. */
  readonly count: number;
  /** False when nothing survives a restart. With `durability: 'relaxed'`, and in Firefox before 126, true says only that they outlive the process: a power cut may lose them. */
  readonly durable: boolean;
  /** True when an earlier copy of the same call had been taken already. */
  readonly duplicate: boolean;
}

/** What was removed by `erase`. */
export interface EraseReceipt {
  readonly loops: readonly string[];
  readonly actions: number;
  readonly pending: number;
  readonly nudges: number;
  readonly deadLetters: number;
  readonly notifications: number;
  readonly tags: number;
}

/** What a poke found to do. */
export interface PokeResult {
  /** Actions processed. */
  readonly processed: number;
  /** Actions taken from sources. */
  readonly polled: number;
  /** When to come back, in epoch milliseconds, or null when nothing is due. */
  readonly nextAt: number | null;
}

/** What each method answers. */
export interface WorkerAnswers {
  hello: Hello;
  /** `isPending`: the strategy has yet to be asked, so that nudges come later. */
  record: { readonly receipt: Receipt; readonly nudges: readonly Nudge[]; readonly isPending?: boolean };
  setGoalState: { readonly changed: boolean };
  suggestActions: readonly Suggestion[];
  history: readonly HistoryEntry[];
  nudges: readonly Nudge[];
  acknowledge: { readonly acknowledged: readonly number[] };
  inspect: { readonly inspection: LoopInspection; readonly host: Hello; readonly log: readonly LogEvent[] };
  resetHistory: { readonly removed: number };
  exportLoop: LoopExport;
  importLoop: { readonly actions: number };
  retryDeadLetters: { readonly retried: number };
  discardDeadLetters: { readonly discarded: readonly number[] };
  /** `incarnation`: of one loop the life that ended, empty if nothing was stored. */
  erase: EraseReceipt & { readonly incarnation?: string };
  poke: PokeResult;
}

/** The methods of the worker: one request record in, one answer out. An interface of our own, so that neither side types itself by the other's code. */
export type WorkerApi = {
  readonly [Method in WorkerMethod]: (request: WorkerRequest<Method>) => Promise<Answer<WorkerAnswers[Method]>>;
};

/**
 * The methods that must not be sent twice: a direct suggestion changes the history each time, and an erasure would take
 * what came after it. All others happen once however often they are sent, or only read. (Values here stay free of zod, since the page imports this file.)
 */
export const UNREPEATABLE_METHODS: ReadonlySet<string> = new Set<WorkerMethod>(['suggestActions', 'erase']);

/**
 * The methods whose requests always go by the message that wakes: those that can't be sent again if a port was dead, and
 * those that may take so long, or are so large, that a faster way is nothing to them.
 */
export const WAKING_METHODS: ReadonlySet<string> = new Set<string>([
  ...UNREPEATABLE_METHODS,
  ...(['hello', 'poke', 'importLoop', 'exportLoop'] satisfies WorkerMethod[]),
]);
