import { receiptId } from '../loop/commit/receipts.ts';
import { acknowledge, emptyHistory, moveDeadLetters, takeImport } from '../loop/loop-changes.ts';
import { exportLoop, inspectLoop, readHistory } from '../loop/loop-queries.ts';
import type { LoopState } from '../loop/state/loop-state.ts';
import { readNudges } from '../loop/state/outbox.ts';
import type { LoopSettings } from '../model/settings.ts';
import type { Hello, WorkerAnswers } from '../protocol/api.ts';
import { BUILD } from '../protocol/build.ts';
import type { HostEvent } from '../protocol/events.ts';
import { PROTOCOL_RANGE } from '../protocol/version.ts';
import { commonProtocol } from '../protocol/common-protocol.ts';
import type { ReadTransaction } from '../storage/persistence.ts';
import { eraseLoops } from './erase.ts';
import type { HostOptions, Methods } from './host-types.ts';
import { IS_COPY } from './is-copy.ts';
import type { LoopSession } from './loop-session.ts';
import type { LoopSessions } from './loop-sessions.ts';
import { updateNeeded } from './update-needed.ts';

/** What the methods work with. */
export interface MethodsContext extends HostOptions {
  /** The identity of this run of the host. */
  readonly boot: string;
  readonly sessions: LoopSessions;
  readonly announce: (event: HostEvent) => void;
  /** Does due work on a loop, or only its pending work. */
  readonly poke: (session: LoopSession, onlyPending: boolean) => Promise<WorkerAnswers['poke']>;
}

/** How many nudges one call returns by default. */
const NUDGES_PER_CALL = 100;

/** How many history entries one call returns by default. */
const ENTRIES_PER_CALL = 100;

/** Makes the methods that pages call. Each gets a checked request, and throws its refusals: see `answering`. */
export function createMethods(context: MethodsContext): Methods {
  const { clock, kind, log, persistence, sessions, announce, fix = (wanted) => wanted } = context;

  const helloOf = (settings: LoopSettings, protocol: number, life: Pick<Hello, 'epoch' | 'incarnation'>): Hello => ({
    protocol,
    boot: context.boot,
    host: kind,
    durable: persistence.durable,
    build: BUILD,
    copied: IS_COPY,
    settings,
    ...life,
  });

  /** A method that works on a loop, which is made first if this host does not have it at work. */
  const on =
    <Request extends { readonly loop: string }, Value>(run: (session: LoopSession, request: Request, free: () => void) => Promise<Value>) =>
    async (request: Request, free: () => void): Promise<Value> =>
      run(await sessions.get(request.loop), request, free);

  return {
    async hello({ protocol, loop, settings }) {
      const version = commonProtocol(PROTOCOL_RANGE, protocol);
      if (version === undefined) throw updateNeeded(protocol);
      const { session, isStored } = await sessions.open(loop, settings);
      const life = await session.worker.read(lifeOf);
      return { ...helloOf(session.settings, version, life), ...(!isStored && { unstored: true }) };
    },

    record: on(async ({ worker }, { loop, actions, ...id }) => {
      const { count, duplicate, nudges, isPending } = await worker.record(actions, id);
      return { receipt: { id: receiptId(id), loop, count, durable: persistence.durable, duplicate }, nudges, isPending };
    }),

    setGoalState: on(async ({ worker }, { goalState, call }) => {
      const { changed } = await worker.setGoalState(goalState, call);
      return { changed };
    }),

    suggestActions: on(async ({ runtime, suggestActions }, { history, actions }, free) => {
      // An erasure does not wait for a slow strategy: the suggestion for the erased loop is refused when it comes.
      if (runtime.strategy.trusted !== true) free();
      return suggestActions(history, actions);
    }),

    history: on(({ worker }, { limit = ENTRIES_PER_CALL, ...range }) =>
      worker.read((transaction, state) => readHistory(transaction, state, { limit, ...range }))),

    nudges: on(({ worker }, { after, limit = NUDGES_PER_CALL }) => worker.read((transaction, state) => readNudges(transaction, state, after, limit))),

    acknowledge: on(async ({ worker }, { loop, nudges, call }) => {
      const { acknowledged, gone } = await acknowledge(worker, nudges, call);
      // Including those that were gone already: a host that took the first copy may have died before it told anybody.
      if (gone.length > 0) announce({ type: 'nudges.acknowledged', loop, seqs: gone });
      return { acknowledged };
    }),

    inspect: on(({ worker, settings }, { loop, deadLetters }) =>
      worker.read(async (transaction, state) => {
        const shown = { ...state, settings: fix(state.settings) };
        const inspection = await inspectLoop(transaction, shown, loop, clock.now(), deadLetters);
        return { inspection, host: helloOf(settings, PROTOCOL_RANGE.max, await lifeOf(transaction, state)), log: log.recent() };
      })),

    resetHistory: on(async ({ worker }, { loop, call }) => {
      const removed = await emptyHistory(worker, call);
      log.info('history.reset', { loop });
      return { removed };
    }),

    exportLoop: on(({ worker }, { loop }) => worker.read((transaction, state) => exportLoop(transaction, state, loop, clock.now()))),

    importLoop: on(async ({ worker, runtime }, { data, call }) => ({ actions: await takeImport(worker, runtime, data, call) })),

    retryDeadLetters: on(async ({ worker, runtime }, { call, ...letters }) => ({ retried: (await moveDeadLetters(worker, runtime, 'retry', letters, call)).length })),

    discardDeadLetters: on(async ({ worker, runtime }, { call, ...letters }) => ({ discarded: await moveDeadLetters(worker, runtime, 'discard', letters, call) })),

    poke: on((session, { onlyPending = false }, free) => {
      free();
      return context.poke(session, onlyPending);
    }),

    erase: ({ loop }) => eraseLoops(loop, context),

  };
}

/** Both in one transaction: if the database is lost in between, the life of a loop would be told with the wrong epoch. */
async function lifeOf(transaction: ReadTransaction, { incarnation }: LoopState): Promise<{ readonly epoch: string; readonly incarnation: string }> {
  return { epoch: await transaction.epoch(), incarnation };
}
