import type { Log } from '../../log/log.ts';
import type { EraseReceipt, Hello, WorkerAnswers, WorkerMethod, WorkerRequest } from '../../protocol/api.ts';
import type { LoopEvent } from '../../protocol/events.ts';
import type { ClientState, NudgeloopEvents } from '../client-types.ts';
import type { PageRealm } from '../page-realm.ts';

/** What the session must know of a loop. */
export interface SessionMember {
  readonly name: string;
  /** Calls the app's listeners. */
  emit<Name extends keyof NudgeloopEvents>(event: Name, payload: NudgeloopEvents[Name]): void;
  /** Puts new facts into `state()`. */
  patch(facts: Partial<ClientState>): void;
  /** The host no longer knows the loop; with `isErased`, because the app erased it. */
  lost(isErased: boolean): void;
  /** Greets again, at once: the host was left. */
  renew(isLeft: true): void;
  /** This client erased the loop. `ended` is the life that ended, if the worker names it. */
  ownErasure(ended: string | undefined): void;
  /** Something happened to the loop, in any tab. */
  hear(event: LoopEvent): void;
}

/** What the loops of one client share: the connection to the host, its events, the epoch. */
export interface Session {
  readonly client: string;
  /** The most listeners of one event. */
  readonly listenerLimit: number;
  readonly realm: PageRealm;
  readonly log: Log;
  /** Aborted by `dispose`. */
  readonly signal: AbortSignal;
  readonly isConnected: () => boolean;
  join(member: SessionMember): void;
  /** Sends hello for a loop. The first hello, and the first after a failure, connects. */
  greet(request: WorkerRequest<'hello'>): Promise<Hello>;
  /** Calls a method on the connected host. */
  call<Method extends WorkerMethod>(method: Method, request: WorkerRequest<Method>): Promise<WorkerAnswers[Method]>;
  /**
   * The known epoch, sent with calls that must not take effect in another one; undefined while this client erases
   * anything.
   */
  readonly epoch: () => string | undefined;
  /** The known epoch, also while this client erases something. */
  readonly knownEpoch: () => string | undefined;
  /** Erases one loop; with null, all of them. */
  erase(loop: string | null): Promise<EraseReceipt>;
  /** Ends everything. */
  dispose(): void;
}
