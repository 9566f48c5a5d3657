/** One end of a channel, with the parts that are used. */
interface Port {
  addEventListener(type: 'message', run: () => void): void;
  start(): void;
  postMessage(message: unknown): void;
  close(): void;
}

export type ChannelMaker = new () => { readonly port1: Port; readonly port2: Port };

/** The parts of Node that are used, if there is Node. */
interface NodeModules {
  readonly 'node:events': { setMaxListeners(count: number, target: object): void };
  readonly 'node:v8': { serialize(value: unknown): unknown; deserialize(bytes: unknown): unknown };
  readonly 'node:worker_threads': { readonly MessageChannel: ChannelMaker };
}

/** What a realm may have. */
interface Realm {
  readonly process?: { getBuiltinModule?<Name extends keyof NodeModules>(name: Name): NodeModules[Name] | undefined };
  readonly structuredClone?: (value: unknown) => unknown;
  readonly MessageChannel?: ChannelMaker;
}

const realm = globalThis as unknown as Realm;

/** Finds a module of Node, if there is one. Not imported, since this runs in browsers too. */
export function nodeModule<Name extends keyof NodeModules>(name: Name): NodeModules[Name] | undefined {
  return realm.process?.getBuiltinModule?.(name);
}

/** Finds the `MessageChannel` constructor. Under Jest, jsdom lacks it, but Node has it. */
export function channelMaker(): ChannelMaker | undefined {
  return realm.MessageChannel ?? nodeModule('node:worker_threads')?.MessageChannel;
}

/**
 * Copies as a message does. Under Jest, jsdom lacks `structuredClone`; Node has the same by another name.
 *
 * @throws Error for what can't be sent: a DataCloneError, or one with the same words
 */
export function clone(value: unknown): unknown {
  if (realm.structuredClone !== undefined) return realm.structuredClone(value);
  const serializer = nodeModule('node:v8');
  if (serializer === undefined) throw new Error('A test loop needs structuredClone, which is missing here.');
  return serializer.deserialize(serializer.serialize(value));
}

/**
 * Runs a function once the current code is done. A promise does it, not `queueMicrotask`: Jest's fake timers hold that
 * back until they are told, and nobody knows when to tell them.
 */
export function soon(run: () => void): void {
  void Promise.resolve().then(run);
}
