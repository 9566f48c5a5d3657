import type { Log } from '../log/log.ts';
import type { EraseReceipt, Hello, WorkerAnswers, WorkerMethod, WorkerRequest } from '../protocol/api.ts';
import type { HostEvent } from '../protocol/events.ts';
import type { ClientState, NudgeloopEvents } from './client-types.ts';
import type { PageRealm } from './page-realm.ts';

/** A loop of the session, as far as the session must know it. */
export interface SessionMember {
  readonly name: string;
  tell<Name extends keyof NudgeloopEvents>(event: Name, payload: NudgeloopEvents[Name]): void;
  /** Takes note of new facts for `state()`. */
  patch(facts: Partial<ClientState>): void;
  /** What the host knew of the loop is gone; with `isWanted`, because the app erased it. */
  lost(isWanted: boolean): void;
  /** Greets anew: there is another host. */
  renew(): void;
  /** This client erased the loop, and so ended this life of it, if the worker names one. */
  erased(ended: string | undefined): void;
  /** Something happened to the loop, in any tab. */
  heard(event: HostEvent): void;
}

/** What the loops of one client share: the way to the host, its events, the epoch. */
export interface Session {
  readonly client: string;
  /** Listeners of one event at the most. */
  readonly listenerLimit: number;
  readonly realm: PageRealm;
  readonly log: Log;
  /** Aborted by `dispose`. */
  readonly signal: AbortSignal;
  readonly isConnected: () => boolean;
  join(member: SessionMember): void;
  /** Says hello for a loop; the first hello, and the first after a failure, connects. */
  greet(request: WorkerRequest<'hello'>): Promise<Hello>;
  /** Calls a method on the connected host. */
  call<Method extends WorkerMethod>(method: Method, request: WorkerRequest<Method>): Promise<WorkerAnswers[Method]>;
  /** The epoch as it is known, to go with a call that is void in another one; undefined while this client erases anything. */
  readonly epoch: () => string | undefined;
  /** Erases one loop, or with null all of them. */
  erase(loop: string | null): Promise<EraseReceipt>;
  /** Ends everything. */
  dispose(): void;
}
