import type { ClientState, LoopClient } from '../page/client-types.ts';

/** The methods that return a promise. The compiler checks below that none is missing. */
const METHODS = [
  'suggestActions',
  'erase',
  'setGoalState',
  'import',
  'export',
  'record',
  'history',
  'nudges',
  'acknowledge',
  'resetHistory',
  'inspect',
  'poke',
] as const;
const LETTER_METHODS = ['list', 'retry', 'discard'] as const;

/**
 * Makes a loop client that exists before the real one: components get it at the first render, on a server too, where no
 * client may be created. Its functions never change.
 *
 * @param name the loop's name
 * @param find returns the real client, and creates it if needed
 * @param state returns the state without creating the client
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
    // Async, so that invalid options reject the call. The arguments are still taken at the call.
    [method, async (...given: never[]) => (find()[method] as (...given: never[]) => unknown)(...given)] as const;
  return Object.fromEntries(methods.map(call)) as unknown as Pick<Owner, Method>;
}
