import { receiptId } from '../loop/commit/receipts.ts';
import { acknowledge, emptyHistory, moveDeadLetters, takeImport } from '../loop/loop-changes.ts';
import { exportLoop, inspectLoop, readHistory } from '../loop/loop-queries.ts';
import type { LoopState } from '../loop/state/loop-state.ts';
import { readNudges } from '../loop/state/outbox.ts';
import type { LoopSettings } from '../model/settings.ts';
import type { Hello, PokeResult } from '../protocol/api.ts';
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
  readonly poke: (session: LoopSession, onlyPending: boolean) => Promise<PokeResult>;
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

  return {
    async hello({ protocol, loop, settings }) {
      const version = commonProtocol(PROTOCOL_RANGE, protocol);
      if (version === undefined) throw updateNeeded(protocol);
      const { session, isStored } = await sessions.open(loop, settings);
      const life = await session.worker.read(lifeOf);
      return { ...helloOf(session.settings, version, life), ...(!isStored && { unstored: true }) };
    },

    async record({ loop, actions, ...id }) {
      const { worker } = await sessions.get(loop);
      const { count, duplicate, nudges, isPending } = await worker.record(actions, id);
      return { receipt: { id: receiptId(id), loop, count, durable: persistence.durable, duplicate }, nudges, isPending };
    },

    async setGoalState({ loop, goalState, call }) {
      const { changed } = await (await sessions.get(loop)).worker.setGoalState(goalState, call);
      return { changed };
    },

    async suggestActions({ loop, history, actions }, free) {
      const session = await sessions.get(loop);
      // An erasure does not wait for a slow strategy: the suggestion for the erased loop is refused when it comes.
      if (session.runtime.strategy.trusted !== true) free();
      return session.suggestActions(history, actions);
    },

    async history({ loop, limit = ENTRIES_PER_CALL, ...range }) {
      const { worker } = await sessions.get(loop);
      return worker.read((transaction, state) => readHistory(transaction, state, { limit, ...range }));
    },

    async nudges({ loop, after, limit = NUDGES_PER_CALL }) {
      const { worker } = await sessions.get(loop);
      return worker.read((transaction, state) => readNudges(transaction, state, after, limit));
    },

    async acknowledge({ loop, nudges, call }) {
      const { worker } = await sessions.get(loop);
      const { acknowledged, gone } = await acknowledge(worker, nudges, call);
      // Including those that were gone already: a host that took the first copy may have died before it told anybody.
      if (gone.length > 0) announce({ type: 'nudges.acknowledged', loop, seqs: gone });
      return { acknowledged };
    },

    async inspect({ loop, deadLetters }) {
      const { worker, settings } = await sessions.get(loop);
      const [inspection, life] = await worker.read(async (transaction, state) => {
        const shown = { ...state, settings: fix(state.settings) };
        return [await inspectLoop(transaction, shown, loop, clock.now(), deadLetters), await lifeOf(transaction, state)] as const;
      });
      return { inspection, host: helloOf(settings, PROTOCOL_RANGE.max, life), log: log.recent() };
    },

    async resetHistory({ loop, call }) {
      const { worker } = await sessions.get(loop);
      const removed = await emptyHistory(worker, call);
      log.info('history.reset', { loop });
      return { removed };
    },

    async exportLoop({ loop }) {
      const { worker } = await sessions.get(loop);
      return worker.read((transaction, state) => exportLoop(transaction, state, loop, clock.now()));
    },

    async importLoop({ loop, data, call }) {
      const { worker, runtime } = await sessions.get(loop);
      return { actions: await takeImport(worker, runtime, data, call) };
    },

    async retryDeadLetters({ loop, call, ...letters }) {
      const { worker, runtime } = await sessions.get(loop);
      return { retried: (await moveDeadLetters(worker, runtime, 'retry', letters, call)).length };
    },

    async discardDeadLetters({ loop, call, ...letters }) {
      const { worker, runtime } = await sessions.get(loop);
      return { discarded: await moveDeadLetters(worker, runtime, 'discard', letters, call) };
    },

    erase: ({ loop }) => eraseLoops(loop, context),

    async poke({ loop, onlyPending = false }, free) {
      free();
      return context.poke(await sessions.get(loop), onlyPending);
    },
  };
}

/** Both in one transaction: if the database is lost in between, the life of a loop would be told with the wrong epoch. */
async function lifeOf(transaction: ReadTransaction, { incarnation }: LoopState): Promise<{ readonly epoch: string; readonly incarnation: string }> {
  return { epoch: await transaction.epoch(), incarnation };
}
