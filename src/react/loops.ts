import type { GoalState } from '../model/goal.ts';
import type { AnyShapes, LoopShapes } from '../model/shapes.ts';
import { invalidOption } from '../model/check-options.ts';
import { createNudgeloop } from '../page/client.ts';
import type { ClientOptions } from '../page/client-options.ts';
import type { LoopOptions } from '../page/loop-options.ts';
import type { ClientState, LoopClient, NudgeloopClient } from '../page/client-types.ts';
import { initialState } from '../page/initial-state.ts';
import { DEFAULT_LOOP } from '../protocol/version.ts';
import { createLazyLoop } from './lazy-loop.ts';

/** A loop as the hooks use it. */
export interface UsedLoop<Shapes extends LoopShapes = AnyShapes> {
  /** Stays the same as long as the provider is mounted. */
  readonly loop: LoopClient<Shapes>;
  /** What a server renders, and the browser at hydration: it must not depend on what the client knows by then. */
  readonly initial: ClientState<Shapes>;
}

/** The loops of one provider. */
export interface Loops {
  /** Returns the loop of that name, or the client's own. Opens nothing. */
  get(name: string | undefined): UsedLoop;
  /** Keeps the client until the returned function is called. A client that the app made is never disposed here. */
  hold(): () => void;
}

/**
 * Makes the loops of a provider. Unless the app passes a client, one is created when it is first needed (never during a
 * render), and disposed once nobody holds it.
 *
 * @param given a client that the app made
 * @param options of the client to create
 * @param others options of further loops, by name
 * @throws NudgeloopError `options.invalid` if one of them is the client's own
 */
export function createLoops(
  given: NudgeloopClient | undefined,
  options: ClientOptions,
  others: Readonly<Record<string, LoopOptions>>,
): Loops {
  const main = given?.name ?? options.loop ?? DEFAULT_LOOP;
  // They would have no effect.
  if (Object.hasOwn(others, main)) throw invalidOption('loops', `${main} is the client's own loop, whose options are the client's`);
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
    // React reads the state while it renders, so reading must not open a loop.
    const state = (): ClientState => (client && (isMain || opened === client) ? find().state() : initial);
    const loop = { loop: createLazyLoop(name, find, state), initial };
    used.set(name, loop);
    return loop;
  };

  return {
    get: (name = main) => used.get(name) ?? open(name),
    hold() {
      const hold = (holds += 1);
      // Shown again after it was hidden. The old client stays until now: a late call is refused instead of making a new one.
      if (isOver) client = undefined;
      isOver = false;
      client ??= createNudgeloop(options);
      return () => {
        // After this turn, for two reasons. Strict mode ends each effect and runs it again at once, which must cost neither
        // the client nor a call in progress. And effects end from the outside in, so components below may still record.
        setTimeout(() => {
          if (holds > hold || given) return;
          isOver = true;
          client?.dispose();
        });
      };
    },
  };
}
