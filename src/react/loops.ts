import type { GoalState } from '../model/goal.ts';
import { createNudgeloop } from '../page/client.ts';
import type { ClientOptions } from '../page/client-options.ts';
import type { LoopOptions } from '../page/loop-options.ts';
import type { ClientState, LoopClient, NudgeloopClient } from '../page/client-types.ts';
import { initialState } from '../page/initial-state.ts';
import { DEFAULT_LOOP } from '../protocol/version.ts';
import { createLazyLoop } from './lazy-loop.ts';

/** A loop as the hooks use it. */
export interface UsedLoop {
  /** Stays the same as long as the provider does. */
  readonly loop: LoopClient;
  /** What a server renders, and the browser with it at first: it must not depend on what is known by then. */
  readonly initial: ClientState;
}

/** The loops of one provider. */
export interface Loops {
  /** The loop of that name, or the client's own. Opens nothing. */
  get(name: string | undefined): UsedLoop;
  /** Keeps the client until the returned function is called. One that the app made is left alone. */
  hold(): () => void;
}

/**
 * Makes the loops of a provider. A client of their own is made when first needed, which is never during a render, and
 * disposed when nobody holds it any more.
 *
 * @param given a client that the app made
 * @param options of the client to be made
 * @param others options of loops besides the client's own, by name
 */
export function createLoops(
  given: NudgeloopClient | undefined,
  options: ClientOptions,
  others: Readonly<Record<string, LoopOptions>>,
): Loops {
  const main = given?.name ?? options.loop ?? DEFAULT_LOOP;
  const used = new Map<string, UsedLoop>();
  let client = given;
  let holds = 0;
  let isOver = false;

  const open = (name: string): UsedLoop => {
    const isMain = name === main;
    const loopOptions = isMain ? options : new Map(Object.entries(others)).get(name);
    const initial = initialState(name, loopOptions?.goalState as GoalState | undefined);
    let opened: NudgeloopClient | undefined;
    let found: LoopClient;
    const find = (): LoopClient => {
      client ??= createNudgeloop(options);
      if (opened !== client) found = isMain ? client : client.loop(name, loopOptions);
      opened = client;
      return found;
    };
    // A loop is not opened by a look at its state, since React looks while it renders.
    const state = (): ClientState => (client !== undefined && (isMain || opened === client) ? find().state() : initial);
    const loop = { loop: createLazyLoop(name, find, state), initial };
    used.set(name, loop);
    return loop;
  };

  return {
    get: (name = main) => used.get(name) ?? open(name),
    hold() {
      const hold = (holds += 1);
      // Shown again after it was hidden. Until then the old one stays, so that a late call is refused and makes no new client.
      if (isOver) client = undefined;
      isOver = false;
      client ??= createNudgeloop(options);
      return () => {
        // Strict mode ends each effect and begins it again at once: that must not cost the client, nor a call under way. Behind this
        // turn, since a component may record something as it goes: effects end from the outside in, so that this one is first.
        setTimeout(() => {
          if (holds > hold || given !== undefined) return;
          isOver = true;
          client?.dispose();
        });
      };
    },
  };
}
