import type { ClientState, LoopClient } from '../page/client-types.ts';

/** The methods that answer later. That none is missing, the compiler checks below. */
const METHODS = [
  'record',
  'setGoalState',
  'suggestActions',
  'history',
  'nudges',
  'acknowledge',
  'resetHistory',
  'export',
  'import',
  'inspect',
  'erase',
  'poke',
] as const;
const LETTER_METHODS = ['list', 'retry', 'discard'] as const;

/**
 * A loop client that is there before its client is: components get it at the first render, on a server too, where no
 * client may be made. Its functions stay the same for good.
 *
 * @param name the loop's name
 * @param find gives the real one, and makes it if need be
 * @param state how the real one stands, without making it
 */
export function createLazyLoop(name: string, find: () => LoopClient, state: () => ClientState): LoopClient {
  return {
    ...lazy(METHODS, find),
    name,
    get ready() {
      return find().ready;
    },
    deadLetters: lazy(LETTER_METHODS, () => find().deadLetters),
    state,
    on: (event, listener) => find().on(event, listener),
  };
}

function lazy<Owner extends object, Method extends keyof Owner>(methods: readonly Method[], find: () => Owner): Pick<Owner, Method> {
  const call = (method: Method) =>
    // Async, so that options that are refused reject the call; what is passed is taken at the call all the same.
    [method, async (...given: never[]) => (find()[method] as (...given: never[]) => unknown)(...given)] as const;
  return Object.fromEntries(methods.map(call)) as unknown as Pick<Owner, Method>;
}
