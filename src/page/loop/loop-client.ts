import { copyActions, type Action, type ActionInput } from '../../model/action.ts';
import { parseGoalState, type GoalState } from '../../model/goal.ts';
import type { Nudge } from '../../model/nudge.ts';
import { inPieces, moveInPieces, ours } from '../../model/placed.ts';
import type { EraseReceipt, Receipt, WorkerAnswers, WorkerMethod, WorkerRequest } from '../../protocol/api.ts';
import type { LoopClient } from '../client-types.ts';
import type { Admission } from './admission.ts';
import { importable, notPlain, plain } from './check-arguments.ts';
import type { LoopLink } from './loop-link.ts';
import { createNumberedCalls } from './numbered-calls.ts';

/** How many nudges `nudges` reads. */
const NUDGES_PER_CALL = 1_000;

/** The methods whose calls are numbered, so that a call that is resent happens once. */
type OnceMethod = 'setGoalState' | 'acknowledge' | 'resetHistory' | 'importLoop' | 'retryDeadLetters' | 'discardDeadLetters';

/** Makes the methods of a loop over its link. */
export function createLoopClient(link: LoopLink, timestampField: string | undefined, admission: Admission): LoopClient {
  const { name, session, emitter, nudges } = link;
  const { clock } = session.realm;
  const numbered = createNumberedCalls(link, admission);
  /** How many goals were set here, and the last one that was answered. */
  let goals = 0;
  let noted: { readonly order: number; readonly goalState: GoalState } | undefined;
  /** Remembers a goal, unless a later one was answered before it. */
  const noteGoal = (order: number, goalState: GoalState): void => {
    if (noted !== undefined && order < noted.order) return;
    noted = { order, goalState };
    link.noteGoal(goalState);
  };

  const record = async (input: ActionInput | readonly ActionInput[]): Promise<Receipt> => {
    // Before any await: what the app does with its objects later has no effect.
    const actions = copyActions(input, timestampField);
    const leave = admission.admit(actions.length);
    const at = new Date(clock.now()).toISOString();
    const stopExpecting = nudges.expect();
    try {
      return await numbered.make(async (id, { settings }) => {
        const field = settings.timestampField ?? 'timestamp';
        // Stamped with the time of the call: connecting may take longer than the user's next action.
        const stamped = actions.map((action): Action => (action[field] === undefined ? { ...action, [field]: at } : action));
        const { receipt, nudges: made, isPending } = await link.send('record', { ...id, actions: stamped });
        nudges.offer(made);
        // Nudges for earlier actions may be there, and their hints are held back while answers are awaited.
        if (isPending) nudges.follow();
        // The worker that took the first copy may have died before it told anybody of the nudges.
        if (receipt.duplicate) nudges.catchUp();
        return { ...receipt, ...session.realm.transient };
      });
    } finally {
      leave();
      stopExpecting();
    }
  };

  /** Makes a call that happens once, however often it is sent. */
  const once = <Method extends OnceMethod>(method: Method, request: Omit<WorkerRequest<Method>, 'loop' | 'call'>): Promise<WorkerAnswers[Method]> =>
    numbered.make((call) => link.send(method, { ...request, call } as unknown as Omit<WorkerRequest<Method>, 'loop'>));

  /** Makes a call whose copies do no harm. */
  const call = <Method extends WorkerMethod>(method: Method, request: Omit<WorkerRequest<Method>, 'loop'>): Promise<WorkerAnswers[Method]> =>
    link.whenOpen(() => link.send(method, request));

  const ready = link.open();
  // Nobody has to catch it: each call gets the same error, and tries again.
  ready.catch(() => undefined);

  return Object.freeze({
    name,
    ready,
    record,
    async setGoalState(input) {
      const goalState = parseGoalState(input);
      const order = (goals += 1);
      const result = await once('setGoalState', { goalState });
      noteGoal(order, goalState);
      return result;
    },
    async suggestActions(history, actions) {
      const request = { history: copyActions(history, timestampField), actions: copyActions(actions, timestampField) };
      return call('suggestActions', request);
    },
    history: async (range = {}) => call('history', plain('history', range)),
    nudges: async () => call('nudges', { after: -1, limit: NUDGES_PER_CALL }),
    async acknowledge(nudges) {
      const given = ours<Nudge>('acknowledge', name, nudges).map(({ seq, id }) => ({ seq, id }));
      return inPieces(given, async (piece) => (await once('acknowledge', { nudges: piece })).acknowledged.length);
    },
    resetHistory: async () => (await once('resetHistory', {})).removed,
    export: async () => call('exportLoop', {}),
    import: async (data) => (await once('importLoop', { data: importable(data) })).actions,
    deadLetters: {
      list: async (range = {}) => {
        const { inspection } = await call('inspect', { deadLetters: plain('deadLetters', range) });
        return inspection.deadLetters.items;
      },
      retry: (letters) => moveInPieces(name, letters, async (piece) => (await once('retryDeadLetters', piece)).retried),
      discard: (letters) => moveInPieces(name, letters, async (piece) => (await once('discardDeadLetters', piece)).discarded.length),
    },
    state: link.state,
    async inspect() {
      const { inspection, host, log } = await call('inspect', {});
      return { client: link.state(), host, loop: inspection, log: { page: session.log.recent(), host: log } };
    },
    on(event, listener) {
      const off = emitter.on(event, listener);
      if (event === 'nudge') nudges.catchUp();
      return off;
    },
    async erase(options = {}) {
      const { all = false } = plain('erase', options);
      if (typeof all !== 'boolean') throw notPlain('erase', '{ all: true } or nothing');
      numbered.beforeErasure();
      // A loop that can't be opened, because its state is spoiled or its strategy unknown, must still be erasable.
      const before = goals;
      const noteLater = (): void => {
        // A goal that was set after the erasure may have been answered before it.
        if (noted !== undefined && noted.order > before) link.noteGoal(noted.goalState);
      };
      const eraseNow = async (): Promise<EraseReceipt> => {
        try {
          const receipt = await session.erase(all ? null : name);
          noteLater();
          return receipt;
        } catch (error) {
          // Perhaps it was done, by a worker that died before it said so.
          void link.learn().then(noteLater);
          throw error;
        }
      };
      return link.whenOpen(eraseNow, async (error) => {
        if (!session.isConnected()) throw error;
        return eraseNow();
      });
    },
    // This also reads what another worker of the loop stored, in a realm that tells no page.
    poke: async () => link.whenOpen(() => link.poke(false)),
  } satisfies LoopClient);
}
