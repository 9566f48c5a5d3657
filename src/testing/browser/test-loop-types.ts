import type { SimulatedClock } from '../../clock.ts';
import type { AnyShapes, LoopShapes } from '../../model/shapes.ts';
import type { NudgeloopClient } from '../../page/client-types.ts';
import type { StorageFaults } from '../storage-faults.ts';
import type { MessageFaults } from './message-faults.ts';
import type { WorkerDeath } from './mortal-storage.ts';
import type { TestClientOptions, TestWorkerOptions } from './test-loop-options.ts';

// Separate from the implementation, whose types use browser types: apps may have none of them.

/** A tab of the simulated browser, with a client of its own. */
export interface TestTab<Shapes extends LoopShapes = AnyShapes> {
  /** The client of the page that is open in the tab now: a real one, to pass to the code under test. */
  readonly client: NudgeloopClient<Shapes>;
  /** Hides the tab behind another: it no longer pokes the worker until it is shown. */
  hide(): void;
  /** Shows the tab again: it catches up. */
  show(): void;
  /**
   * Leaves the page for another one, from which the user may go back (`pagehide`). Until `wake()` it hears nothing, gets no
   * answers, and no timer of its client runs. If the page hosts the loop, its storage continues.
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
  /** Goes back to the page (`pageshow`). Messages that arrived and timers that became due in the meantime are then delivered. */
  wake(): void;
  /**
   * Reloads the page. The old client is gone, whatever it was doing; calls that it had sent still arrive.
   *
   * @param options of the new client. Defaults to those of the old one.
   * @returns the new client
   */
  reload(options?: TestClientOptions<Shapes>): NudgeloopClient<Shapes>;
  /** Closes the tab. Waiting calls reject with `client.disposed`, so the test continues; what was sent still arrives. */
  close(): void;
}

/** A whole Nudgeloop in memory, with control over everything around it. */
export interface TestLoop<Shapes extends LoopShapes = AnyShapes> {
  /** The client of the first tab: pass it to the code under test. */
  readonly client: NudgeloopClient<Shapes>;
  /** The first tab. */
  readonly tab: TestTab<Shapes>;
  /**
   * Opens another tab over the same storage and worker.
   *
   * @param options of its client. Defaults to those of the first tab.
   */
  openTab(options?: TestClientOptions<Shapes>): TestTab<Shapes>;
  /** Reloads the first tab and returns its new client. */
  reload(): NudgeloopClient<Shapes>;

  /** The time of tabs and worker. `clock.jump()` sets it, like a user who changes the system clock; timers are not affected. */
  readonly clock: SimulatedClock;
  /**
   * Lets time pass. Timers fire at their instants, and after each instant everything happens that needs no further time: what
   * one timer starts comes after all that fire with it.
   * While a tab is shown, each minute brings a look at due work; hide the tab before you advance by a month.
   *
   * @param ms how long, in milliseconds
   * @throws NudgeloopError `options.invalid` for anything but a number of at least 0; then nothing has happened
   * @throws what a listener of the app threw, as a browser reports it to the window: one at a time, and the rest of the time
   * does not pass
   */
  advance(ms: number): Promise<void>;
  /**
   * Lets everything happen that needs no time: answers, broadcasts, rendering.
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
   * Replaces the worker with a new one, once everything is done that needs no time. What the old one had in memory is gone.
   * The next message starts the new one, and is answered at once.
   *
   * @param options another version of its script, which takes over and gets `activate`. Defaults to the same script.
   * @throws NudgeloopError `options.invalid`; then the old one continues
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
   * Kills the worker without telling anybody, as browsers do; the next message starts another one. A page that talked to it
   * within the last ten seconds notices a moment later and sends its call again: so call, `advance(1_000)`, then `await`. If
   * the page hosts the loop, there is no worker: reload or close the tab instead.
   *
   * @param when `before-commit`: as its next write is about to be stored, which is then undone. `after-commit`: once its next
   * write is stored, before anybody is told. In both cases the client sends its call again, and it counts once. Defaults to
   * `now`.
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
   * Fires the background sync that the worker asked for, as Chromium does while no page is open. If work is left, or the
   * worker dies during it, the next call fires it again.
   *
   * @returns false if the worker asked for none
   */
  sync(): Promise<boolean>;

  /** Makes the storage fail. */
  readonly storage: StorageFaults;
  /** Makes messages between tabs and worker fail. */
  readonly messages: MessageFaults;
  /**
   * Closes all tabs and stops the worker. A test loop never keeps a process alive, so this is optional. Called after each
   * test, it makes sure that no listener threw unnoticed. Await `settle()` before: a call that is not answered yet rejects
   * with `client.disposed`, and if nobody awaits it, a test runner reports that as unhandled.
   *
   * @throws what a listener of the app threw and neither `settle` nor `advance` reported, one at a time; everything is closed
   * nevertheless
   */
  dispose(): void;
}
