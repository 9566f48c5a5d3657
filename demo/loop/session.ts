import {
  createNudgeloop,
  isNudgeloopError,
  type ClientState,
  type HistoryEntry,
  type Inspection,
  type LogEvent,
  type Nudge,
  type NudgeloopClient,
} from 'nudgeloop';
import { optionsOf, type LoopChoice } from './loop-choice.ts';
import { createReader, type Reader } from './reader.ts';
import { strategies } from './strategies.ts';
import { trustedScriptUrl } from '../trusted-script-url.ts';

/** How many rows of the history to show at once. */
export const PAGE = 50;

/** A part of the history. */
export interface HistoryPage {
  /** Oldest first. */
  readonly entries: readonly HistoryEntry[];
  /** The `seq` before which they are; undefined for the newest ones. */
  readonly before: number | undefined;
  readonly hasOlder: boolean;
}

/** What the page shows of a loop, read together. */
export interface LoopView {
  readonly inspection: Inspection;
  readonly history: HistoryPage;
  /** The newest retained action, whatever page is shown. */
  readonly newest: HistoryEntry | undefined;
  /** Unacknowledged ones, oldest first. */
  readonly nudges: readonly Nudge[];
}

/** The listeners of a session. */
export interface SessionListener {
  readonly onView: (view: LoopView) => void;
  readonly onState: (state: ClientState) => void;
  readonly onNudge: (nudge: Nudge) => void;
  readonly onLog: (event: LogEvent) => void;
  readonly onEpochReset: () => void;
  /** A loop was erased, here or elsewhere; null means all loops. */
  readonly onErased: (loop: string | null) => void;
  readonly onUpdate: (reason: 'waiting' | 'needed') => void;
  readonly onProblem: (error: unknown) => void;
}

/** The page's client. If person or settings change, there is a new one. */
export interface Session {
  /** @throws Error before the first `open` */
  client(): NudgeloopClient;
  /**
   * Opens a person's loop with the given settings, and disposes of the previous client.
   *
   * @throws NudgeloopError `options.invalid`; the previous client stays
   */
  open(person: string, settings: LoopChoice): void;
  /** Shows the actions before a `seq`, or the newest ones, until the next turn. */
  turnTo(before?: number): void;
  /** Reads the loop again, for changes without an event: a restart of the worker, or its debug log. */
  refresh(): void;
}

/** Makes the session; nothing is opened yet. */
export function createSession(listener: SessionListener): Session {
  let current: NudgeloopClient | undefined;
  let reader: Reader | undefined;
  let before: number | undefined;

  const open = (person: string, choice: LoopChoice): void => {
    // Made before the old client is disposed of: if the settings are refused, everything stays as it was.
    const client = createNudgeloop({
      loop: `person-${person}`,
      ...optionsOf(choice),
      strategies,
      serviceWorker: { url: trustedScriptUrl('/nudgeloop/service-worker.js') },
    });
    reader?.stop();
    current?.dispose();
    current = client;
    before = undefined;
    window.nudgeloop = client;
    const { ask, askNow } = (reader = createReader(() => read(client, before, () => current === client, listener)));
    client.on('changed', ask);
    client.on('acknowledged', ask);
    client.on('erased', ({ loop }) => {
      listener.onErased(loop);
      // By the next reading there may be as many actions again, with the same numbers.
      before = undefined;
      // At once: what could not be read may be gone.
      askNow();
    });
    client.on('status', (state) => {
      listener.onState(state);
      // Only when ready: a failed reading changes the state twice by itself, so reading again for that would never end.
      if (state.phase === 'ready') askNow();
    });
    client.on('log', (event) => {
      listener.onLog(event);
      if (event.code !== 'call.failed') ask();
    });
    client.on('nudge', listener.onNudge);
    client.on('epoch.reset', listener.onEpochReset);
    client.on('update', ({ reason }) => listener.onUpdate(reason));
    listener.onState(client.state());
    ask();
  };

  return {
    client() {
      if (current === undefined) throw new Error('No loop is open yet.');
      return current;
    },
    open,
    turnTo(seq) {
      before = seq;
      reader?.askNow();
    },
    refresh: () => reader?.askNow(),
  };
}

async function read(client: NudgeloopClient, before: number | undefined, isCurrent: () => boolean, listener: SessionListener): Promise<boolean> {
  try {
    const [inspection, rows, nudges, newestRows] = await Promise.all([
      client.inspect(),
      // One more than is shown, to know whether there are older ones.
      client.history({ limit: PAGE + 1, before }),
      client.nudges(),
      // The newest page has it anyway.
      before === undefined ? undefined : client.history({ limit: 1 }),
    ]);
    const history = { entries: rows.slice(-PAGE), before, hasOlder: rows.length > PAGE };
    if (isCurrent()) listener.onView({ inspection, history, newest: (newestRows ?? rows).at(-1), nudges });
    return true;
  } catch (error) {
    if (isCurrent() && !isNudgeloopError(error, 'client.disposed')) listener.onProblem(error);
    return false;
  }
}
