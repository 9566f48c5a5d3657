import type { SimulatedClock } from '../../clock.ts';
import type { NudgeloopClient } from '../../page/client-types.ts';
import type { StorageFaults } from '../storage-faults.ts';
import type { MessageFaults } from './message-faults.ts';
import type { WorkerDeath } from './mortal-storage.ts';
import type { TestClientOptions, TestWorkerOptions } from './test-loop-options.ts';

// Apart from what makes them, whose types name things of a browser: these are for apps, which may have none.

/** A tab of the simulated browser, with a client of its own. */
export interface TestTab {
  /** The client of the page that is open in it now: a real one, to be handed to the code under test. */
  readonly client: NudgeloopClient;
  /** Puts another tab in front: this one pokes the worker no more until it is shown. */
  hide(): void;
  /** Puts it in front again: it catches up. */
  show(): void;
  /**
   * Leaves the page for another, with the way back open (`pagehide`): until `wake()` it hears nothing, gets no answer, and no
   * timer of its client runs. Where the page hosts the loop, its storage goes on.
   *
   * @example
   * ```ts
   * import { createTestLoop } from 'nudgeloop/testing';
   *
   * const loop = createTestLoop();
   * await loop.client.ready;
   * const call = loop.client.record({ steps: 1 });
   * loop.tab.sleep();
   * await loop.advance(3_600_000); // neither answered nor timed out
   * loop.tab.wake();
   * console.log((await call).count); // prints 1
   * ```
   */
  sleep(): void;
  /** Comes back to it (`pageshow`); then comes what arrived and fell due meanwhile. */
  wake(): void;
  /**
   * Loads the page anew. The old client is gone, whatever it was doing; calls that it had sent arrive all the same.
   *
   * @param options of the new client. Defaults to those of the old one.
   * @returns the new client
   */
  reload(options?: TestClientOptions): NudgeloopClient;
  /** Closes it. Calls that wait reject with `client.disposed`, so that the test goes on; what was sent arrives all the same. */
  close(): void;
}

/** A whole Nudgeloop in memory, and the hand on everything around it. */
export interface TestLoop {
  /** The client of the first tab: hand it to the code under test. */
  readonly client: NudgeloopClient;
  /** The first tab. */
  readonly tab: TestTab;
  /**
   * Opens another tab over the same storage and worker.
   *
   * @param options of its client. Defaults to those of the first one.
   */
  openTab(options?: TestClientOptions): TestTab;
  /** Loads the first tab anew; returns its new client. */
  reload(): NudgeloopClient;

  /** The time of tabs and worker. `clock.jump()` sets it, as a user who changes the system clock does; no timer takes notice of that. */
  readonly clock: SimulatedClock;
  /**
   * Lets time pass: timers fire at their instants, and after each of them everything happens that follows without time.
   * While a tab is in front, that is one look at due work each minute; hide the tab before a month passes.
   *
   * @param ms how long, in milliseconds
   * @throws NudgeloopError `options.invalid` for anything but a number from 0 on; nothing has happened then
   * @throws what a listener of the app threw, as a browser reports it to the window; one at a time, and what is left of the
   * time does not pass
   */
  advance(ms: number): Promise<void>;
  /**
   * Lets everything happen that needs no time: answers, broadcasts, renderings.
   *
   * @throws what a listener of the app threw, as a browser reports it to the window; one at a time
   *
   * @example
   * ```ts
   * import { createTestLoop } from 'nudgeloop/testing';
   *
   * const loop = createTestLoop({ goalState: { steps: 10_000 } });
   * loop.client.on('nudge', () => {
   *   throw new Error('a defect of the app');
   * });
   * await loop.client.record({ steps: 1 });
   * await loop.settle().catch(({ message }) => console.log(message)); // prints a defect of the app
   * ```
   */
  settle(): Promise<void>;

  /**
   * Puts another worker in the place of this one, once all is done that needs no time. What the old one had in memory is gone; the
   * next message starts the new one, and is answered at once.
   *
   * @param options another version of its script, which takes over and is told `activate`. Defaults to the same script.
   * @throws NudgeloopError `options.invalid`; the old one goes on
   *
   * @example
   * ```ts
   * import { createTestLoop } from 'nudgeloop/testing';
   *
   * const loop = createTestLoop();
   * await loop.client.record({ steps: 4_200 });
   * await loop.restartWorker();
   * console.log((await loop.client.history()).length, loop.workerStarts()); // prints 1 2
   * ```
   */
  restartWorker(options?: TestWorkerOptions): Promise<void>;
  /**
   * Kills the worker, as browsers do without telling anybody; the next message starts another. A page that spoke with it within the
   * last ten seconds finds that out a moment later, and sends its call again: call, `advance(1_000)`, `await`. Where the page
   * hosts the loop there is no worker: reload or close the tab instead.
   *
   * @param when `before-commit`: as its next write is about to be stored, which is then undone. `after-commit`: once its
   * next write is stored, before anybody is told. Either way the client sends its call again, and it counts once. Defaults to `now`.
   *
   * @example
   * ```ts
   * import { createTestLoop } from 'nudgeloop/testing';
   *
   * const loop = createTestLoop();
   * await loop.client.ready;
   * loop.killWorker('after-commit');
   * const call = loop.client.record({ steps: 1 });
   * await loop.advance(1_000);
   * // The first copy had been stored.
   * console.log((await call).duplicate); // prints true
   * ```
   */
  killWorker(when?: WorkerDeath): void;
  /** How often a worker was started. */
  workerStarts(): number;
  /**
   * Fires the background sync that the worker asked for, as Chromium does while no page is open. Where work is left, or the
   * worker dies in it, the next call fires it again.
   *
   * @returns false when it asked for none
   */
  sync(): Promise<boolean>;

  /** Makes the storage fail. */
  readonly storage: StorageFaults;
  /** Makes messages between tabs and worker fail. */
  readonly messages: MessageFaults;
  /**
   * Closes all tabs and stops the worker. Nothing of a test loop keeps a process alive, so this need not be called; after
   * each test it makes sure that no listener threw unseen.
   *
   * @throws what a listener of the app threw, and neither `settle` nor `advance` has told, one at a time; all is closed nevertheless
   */
  dispose(): void;
}
