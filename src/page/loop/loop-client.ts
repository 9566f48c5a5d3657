import { isNudgeloopError, NudgeloopError } from '../../errors.ts';
import { parseActions, type Action, type ActionInput } from '../../model/action.ts';
import { IMPORT_DEPTH, MAX_IMPORTED_SIZE } from '../../model/export-format.ts';
import { parseGoalState, type GoalState } from '../../model/goal.ts';
import type { Nudge } from '../../model/nudge.ts';
import { inPieces, moveInPieces, ours } from '../../model/placed.ts';
import { copyPlainData, isDeeperThan, isPlainRecord } from '../../model/plain-data.ts';
import type { EraseReceipt, Hello, Receipt, WorkerAnswers, WorkerMethod, WorkerRequest } from '../../protocol/api.ts';
import type { LoopClient } from '../client-types.ts';
import type { Admission } from './admission.ts';
import type { LoopLink } from './loop-link.ts';

/** How many nudges `nudges` reads. */
const NUDGES_PER_CALL = 1_000;

/** What identifies a call and its copies: a `CallId` with all that a page knows. */
interface NumberedCall {
  readonly client: string;
  readonly seq: number;
  readonly oldest: number;
  readonly incarnation: string | undefined;
  readonly epoch: string | undefined;
}

/** The methods whose calls are numbered, so that a call that is resent happens once. */
type OnceMethod = 'setGoalState' | 'acknowledge' | 'resetHistory' | 'importLoop' | 'retryDeadLetters' | 'discardDeadLetters';

/** Makes the methods of a loop over its link. */
export function createLoopClient(link: LoopLink, timestampField: string | undefined, admission: Admission): LoopClient {
  const { name, session, emitter, delivery } = link;
  const { clock } = session.realm;
  /** How many erasures were requested here. */
  let erasures = 0;
  /** How many goals were set here, and the last one that was answered. */
  let goals = 0;
  let noted: { readonly order: number; readonly goalState: GoalState } | undefined;
  /** Remembers a goal, unless a later one was answered before it. */
  const noteGoal = (order: number, goalState: GoalState): void => {
    if (noted !== undefined && order < noted.order) return;
    noted = { order, goalState };
    link.noteGoal(goalState);
  };

  /**
   * Numbers a call when it is sent: a number taken earlier could arrive after 256 higher ones, and then nobody could
   * tell the call from a copy.
   */
  const numbered = <T>(make: (id: NumberedCall, hello: Hello) => Promise<T>): Promise<T> => {
    const before = erasures;
    let heard = 0;
    const send = (): Promise<T> =>
      link.whenOpen((hello) => {
        heard = link.heardErasures();
        return admission.numbered((id) => make({ client: session.client, incarnation: link.incarnation(), epoch: session.epoch(), ...id }, hello));
      });
    return send().catch(async (error: unknown) => {
      if (!isNudgeloopError(error, 'epoch.reset')) throw error;
      // Refused, because it is another life of the loop: the app is told that, then the call is made there.
      link.renew();
      // But not if the app asked for an erasure after this call.
      if (before !== erasures) throw error;
      // Nor if a copy was refused whose first was perhaps taken before the app erased it: that must stay erased.
      if (error.details?.['resent'] === true && (await link.open().then(link.heardErasures)) !== heard) throw error;
      return send();
    });
  };

  const record = async (input: ActionInput | readonly ActionInput[]): Promise<Receipt> => {
    // Before any await: what the app does with its objects later has no effect.
    const actions = parseActions(input, timestampField);
    const leave = admission.admit(actions.length);
    const at = new Date(clock.now()).toISOString();
    const stopExpecting = delivery.expect();
    try {
      return await numbered(async (id, { settings }) => {
        const field = settings.timestampField ?? 'timestamp';
        // Stamped with the time of the call: connecting may take longer than the user's next action.
        const stamped = actions.map((action): Action => (action[field] === undefined ? { ...action, [field]: at } : action));
        const { receipt, nudges, isPending } = await link.send('record', { ...id, actions: stamped });
        delivery.offer(nudges);
        // Nudges for earlier actions may be there, and their hints are held back while answers are awaited.
        if (isPending) delivery.follow();
        // The worker that took the first copy may have died before it told anybody of the nudges.
        if (receipt.duplicate) delivery.catchUp();
        return { ...receipt, ...session.realm.transient };
      });
    } finally {
      leave();
      stopExpecting();
    }
  };

  /** Makes a call that happens once, however often it is sent. */
  const once = <Method extends OnceMethod>(method: Method, request: Omit<WorkerRequest<Method>, 'loop' | 'call'>): Promise<WorkerAnswers[Method]> =>
    numbered((call) => link.send(method, { ...request, call } as unknown as Omit<WorkerRequest<Method>, 'loop'>));

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
      const request = { history: parseActions(history, timestampField), actions: parseActions(actions, timestampField) };
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
    import: async (data) => {
      // A copy can be sent even if a framework wrapped the data. What is not plain data is sent as it is, and refused
      // where it is read.
      const copy = copyPlainData(data, { depth: IMPORT_DEPTH, nodes: MAX_IMPORTED_SIZE, characters: Infinity });
      if ('problem' in copy && isTooDeep(data)) throw new NudgeloopError('message.invalid', 'The import is invalid: cycle or too deep. Pass what export() returned, parsed from JSON; nothing was changed.', { problem: 'cycle or too deep' });
      return (await once('importLoop', { data: 'data' in copy ? copy.data : data })).actions;
    },
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
      if (event === 'nudge') delivery.catchUp();
      return off;
    },
    async erase(options = {}) {
      const { all = false } = plain('erase', options);
      if (typeof all !== 'boolean') throw notPlain('erase', '{ all: true } or nothing');
      erasures += 1;
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
    async poke() {
      const result = await call('poke', {});
      // Reads what another worker of the loop stored, in a realm that tells no page.
      delivery.catchUp();
      return result;
    },
  } satisfies LoopClient);
}

/** Copies a small record of an app. */
function plain<T extends object>(call: string, given: T): T {
  const copy = copyPlainData(given, { depth: 1, nodes: 16, characters: 1_000 });
  if ('data' in copy && isPlainRecord(copy.data)) return copy.data as unknown as T;
  throw notPlain(call, 'a record of plain values');
}

function notPlain(call: string, wanted: string): NudgeloopError {
  return new NudgeloopError('message.invalid', `${call} takes ${wanted}.`, { call });
}

/** Whether the data is so deep that a message could hold it but would never arrive. */
function isTooDeep(data: unknown): boolean {
  try {
    return isDeeperThan(IMPORT_DEPTH, data, { nodes: MAX_IMPORTED_SIZE });
  } catch {
    // A getter that throws: then it can't be sent, and sending reports that.
    return false;
  }
}
