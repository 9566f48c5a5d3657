import type { NudgeloopErrorData } from '../errors.ts';
import type { LogEvent } from '../log/log.ts';
import type { LoopExport } from '../model/export-format.ts';
import type { HistoryEntry, LoopInspection } from '../model/inspection.ts';
import type { Nudge, Suggestion } from '../model/nudge.ts';
import type { LoopSettings } from '../model/settings.ts';
import type { WorkerMethod, WorkerRequest } from './requests.ts';

export type { WorkerMethod, WorkerRequest } from './requests.ts';

/** The answer to a call: always data, never an exception, because Comlink drops the fields of a thrown error. */
export type Answer<T> =
  | {
      readonly ok: true;
      readonly value: T;
      /** The life of the database that this was read from. If it is new to the client, the client tells its app first. */
      readonly epoch?: string;
    }
  | { readonly ok: false; readonly error: NudgeloopErrorData };

/** The host that answered, and what page and host agreed on. */
export interface Hello {
  readonly protocol: number;
  /** The identity of this life of the database. */
  readonly epoch: string;
  /** The identity of this run of the host. It changes whenever the worker was stopped in between. */
  readonly boot: string;
  readonly host: 'service-worker' | 'page';
  /** False if nothing survives a restart because storage is unusable. */
  readonly durable: boolean;
  /** The host's build, such as `0.1.0+1a2b3c4d`. A page of another build checks whether the worker's script was left behind. */
  readonly build?: string;
  /** True if the worker runs one of the scripts that `npx nudgeloop init` copies. */
  readonly copied?: boolean;
  /** The settings in force: the page's, overridden by the worker's own. */
  readonly settings: LoopSettings;
  /** The identity of this life of the loop, which an erasure ends; empty while nothing of the loop is stored. */
  readonly incarnation?: string;
  /** True if the settings could not be stored, as on a full disk: a restarted worker then has the previous ones. */
  readonly unstored?: boolean;
}

/** Proof that actions were taken. They are durable, unless `durable` is false. */
export interface Receipt {
  /** Stable id of the call; a resend has the same one. */
  readonly id: string;
  readonly loop: string;
  /** The number of actions. */
  readonly count: number;
  /**
   * False if nothing survives a restart, or the page around a credentialless frame. With `durability: 'relaxed'`, and in
   * Firefox before 126, true only means that the actions outlive the process: a power cut may lose them.
   */
  readonly durable: boolean;
  /** True if an earlier copy of the same call had already been taken. */
  readonly duplicate: boolean;
}

/** What `erase` removed. */
export interface EraseReceipt {
  readonly loops: readonly string[];
  readonly actions: number;
  readonly pending: number;
  readonly nudges: number;
  readonly deadLetters: number;
  readonly notifications: number;
  readonly tags: number;
}

/** What a poke did. */
export interface PokeResult {
  /** Actions processed. */
  readonly processed: number;
  /** Actions taken from sources. */
  readonly polled: number;
  /** When to come back, in epoch milliseconds; null if nothing is due. */
  readonly nextAt: number | null;
}

/** What each method answers. */
export interface WorkerAnswers {
  hello: Hello;
  /** `isPending`: the strategy is still to be asked, so nudges come later. */
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
  /** `incarnation`: if one loop was erased, the life that ended; empty if nothing was stored. */
  erase: EraseReceipt & { readonly incarnation?: string };
  /** `incarnation`: the life of the loop that a poke for all due work found; empty if nothing was stored. */
  poke: PokeResult & { readonly incarnation?: string };
}

/**
 * The methods of the worker: each takes one request record and returns one answer. An interface of our own, so neither
 * side depends on the other's code.
 */
export type WorkerApi = {
  readonly [Method in WorkerMethod]: (request: WorkerRequest<Method>) => Promise<Answer<WorkerAnswers[Method]>>;
};

/**
 * Methods that must not be sent twice: a direct suggestion changes the history each time, and an erasure would remove what
 * came after it. All others only read, or take effect once however often they are sent. (This file must stay free of zod
 * values, since the page imports it.)
 */
export const UNREPEATABLE_METHODS: ReadonlySet<string> = new Set<WorkerMethod>(['suggestActions', 'erase']);

/**
 * Methods whose requests always go by the message that wakes the worker: those that can't be sent again if a port was
 * dead, and those that may take so long, or are so large, that a faster way gains nothing.
 */
export const WAKING_METHODS: ReadonlySet<string> = new Set<string>([
  ...UNREPEATABLE_METHODS,
  ...(['hello', 'poke', 'importLoop', 'exportLoop'] satisfies WorkerMethod[]),
]);
