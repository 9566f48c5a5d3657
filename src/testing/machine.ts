/** One end of a channel, as far as it is used. */
interface Port {
  addEventListener(type: 'message', run: () => void): void;
  start(): void;
  postMessage(message: unknown): void;
  close(): void;
}

/** Makes a channel. */
export type ChannelMaker = new () => { readonly port1: Port; readonly port2: Port };

/** What is used of Node, where there is one. */
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

/** Finds a module of Node, where there is one. Not imported: this runs in browsers too. */
export function nodeModule<Name extends keyof NodeModules>(name: Name): NodeModules[Name] | undefined {
  return realm.process?.getBuiltinModule?.(name);
}

/** Finds what makes channels. Under Jest, jsdom lacks it, and Node has it all the same. */
export function channelMaker(): ChannelMaker | undefined {
  return realm.MessageChannel ?? nodeModule('node:worker_threads')?.MessageChannel;
}

/**
 * Copies as a message does. Under Jest, jsdom lacks `structuredClone`; Node has the same by another name.
 *
 * @throws Error for what can't be sent: a DataCloneError, or with the same words
 */
export function clone(value: unknown): unknown {
  if (realm.structuredClone !== undefined) return realm.structuredClone(value);
  const serializer = nodeModule('node:v8');
  if (serializer === undefined) throw new Error('A test loop needs structuredClone, which is missing here.');
  return serializer.deserialize(serializer.serialize(value));
}

/**
 * Runs something once what runs now is done. By a promise, not by `queueMicrotask`: Jest's fake timers hold that back until they
 * are told, and nobody knows that there is something to tell them.
 */
export function soon(run: () => void): void {
  void Promise.resolve().then(run);
}
