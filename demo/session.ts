import {
  createNudgeloop,
  isNudgeloopError,
  type ClientOptions,
  type ClientState,
  type HistoryEntry,
  type Inspection,
  type LogEvent,
  type Nudge,
  type NudgeloopClient,
} from 'nudgeloop';
import { GROWING_METRICS } from './metrics.ts';
import type { Preferences } from './preferences.ts';
import { trustedScriptUrl } from './trusted-script-url.ts';

/** How many rows of the history are shown. */
export const SHOWN_ENTRIES = 50;

/** Between two readings of the loop, in milliseconds: at 20 days a second the screen need not follow each. */
const READ_GAP = 120;

/** What is shown of a loop, read from it in one go. */
export interface LoopView {
  readonly inspection: Inspection;
  /** Oldest first. */
  readonly history: readonly HistoryEntry[];
  /** Unacknowledged ones, oldest first. */
  readonly nudges: readonly Nudge[];
}

/** Whom a session tells. */
export interface SessionListener {
  readonly onView: (view: LoopView) => void;
  readonly onState: (state: ClientState) => void;
  readonly onNudge: (nudge: Nudge) => void;
  readonly onLog: (event: LogEvent) => void;
  readonly onEpochReset: () => void;
  readonly onUpdate: (reason: 'waiting' | 'needed') => void;
  readonly onProblem: (error: unknown) => void;
}

/** The page's client, which is another one whenever person or settings change. */
export interface Session {
  /** @throws Error before the first `open` */
  client(): NudgeloopClient;
  /**
   * Opens a person's loop with the given settings and lets the client before it go.
   *
   * @throws NudgeloopError `options.invalid`; the client before it stays
   */
  open(person: string, settings: LoopChoice): void;
  /** Reads the loop again. For what changes without an event: a new boot of the worker, or its debug log. */
  refresh(): void;
}

/** The part of the preferences that a loop is opened with. */
export type LoopChoice = Pick<Preferences, 'strategy' | 'oneDirection' | 'retentionLimit' | 'retentionDays'>;

/** Makes the session; nothing is opened yet. */
export function createSession(listener: SessionListener): Session {
  let current: NudgeloopClient | undefined;
  let refresh = (): void => undefined;

  const open = (person: string, settings: LoopChoice): void => {
    // Made before the other is let go: if the settings are refused, all stays as it was.
    const client = createNudgeloop(optionsOf(person, settings));
    current?.dispose();
    current = client;
    window.nudgeloop = client;
    const read = createReader(client, () => current === client, listener);
    refresh = read;
    client.on('changed', read);
    client.on('acknowledged', read);
    client.on('erased', read);
    client.on('status', (state) => {
      listener.onState(state);
      read();
    });
    client.on('log', (event) => {
      listener.onLog(event);
      read();
    });
    client.on('nudge', listener.onNudge);
    client.on('epoch.reset', listener.onEpochReset);
    client.on('update', ({ reason }) => listener.onUpdate(reason));
    listener.onState(client.state());
    read();
  };

  return {
    client() {
      if (current === undefined) throw new Error('No loop is open yet.');
      return current;
    },
    open,
    refresh: () => refresh(),
  };
}

function optionsOf(person: string, { strategy, oneDirection, retentionLimit, retentionDays }: LoopChoice): ClientOptions {
  const kind = strategy === 'simple' ? { type: 'simple' } : { type: 'personality', personality: strategy };
  return {
    loop: `person-${person}`,
    strategy: { ...kind, oneDirectionLayers: oneDirection ? [...GROWING_METRICS] : [] },
    ...(retentionLimit === null ? {} : { retentionLimit }),
    ...(retentionDays === null ? {} : { retentionWindow: { days: retentionDays } }),
    serviceWorker: { url: trustedScriptUrl('/nudgeloop/service-worker.js') },
  };
}

/** Reads the loop whenever it is asked to, one reading at a time; what is asked meanwhile shares the next one. */
function createReader(client: NudgeloopClient, isCurrent: () => boolean, listener: SessionListener): () => void {
  let isReading = false;
  let isAsked = false;
  const read = async (): Promise<void> => {
    try {
      const [inspection, history, nudges] = await Promise.all([
        client.inspect(),
        client.history({ limit: SHOWN_ENTRIES }),
        client.nudges(),
      ]);
      if (isCurrent()) listener.onView({ inspection, history, nudges });
    } catch (error) {
      if (isCurrent() && !isNudgeloopError(error, 'client.disposed')) listener.onProblem(error);
    }
  };
  const run = async (): Promise<void> => {
    isReading = true;
    while (isAsked && isCurrent()) {
      isAsked = false;
      await read();
      await new Promise((resolve) => setTimeout(resolve, READ_GAP));
    }
    isReading = false;
  };
  return () => {
    isAsked = true;
    if (!isReading) void run();
  };
}
