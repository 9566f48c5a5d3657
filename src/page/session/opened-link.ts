import type { NudgeloopError, NudgeloopErrorCode } from '../../errors.ts';
import type { Log, LogSink } from '../../log/log.ts';
import type { Answer, Hello } from '../../protocol/api.ts';
import type { BroadcastEnvelope } from '../../protocol/events.ts';
import type { ClientOptions } from '../client-options.ts';
import { disposed, unwrap, type HostLink } from '../host-link.ts';
import type { PageRealm } from '../page-realm.ts';

/** What a link is opened with. */
export interface OpenLinkOptions {
  readonly options: ClientOptions & { readonly database: string; readonly deadline: number };
  readonly realm: PageRealm;
  readonly log: Log;
  readonly onWaiting: () => void;
  /** Called when another worker took over, which may not be ours. */
  readonly onTakeover: () => void;
  /** Called when the link's worker is gone. */
  readonly onGone: (error: NudgeloopError) => void;
  /** Why not to look for a worker, for instance because one took over that is not ours. */
  readonly failure: NudgeloopError | undefined;
  /** Announces the events of an in-page host; a worker has a channel of its own. */
  readonly publish: (envelope: BroadcastEnvelope) => void;
  /** Gets the log events of an in-page host. */
  readonly onLog: LogSink;
  /** Ends the opening, and the link. */
  readonly signal: AbortSignal;
}

/** Makes the first call on a link. */
export type Greet = (link: HostLink) => Promise<Answer<Hello>>;

/** Errors with which the link itself answers if the host does not. */
const UNANSWERED: ReadonlySet<string> = new Set<NudgeloopErrorCode>(['call.timeout', 'client.disposed']);

/** An opened link. */
export interface OpenedLink {
  readonly link: HostLink;
  /** May be a refusal: then the host answered, so the link is good, and other loops may be accepted. */
  readonly answer: Answer<Hello>;
  /** Another worker took over in the meantime, and it is unknown which of the two answered. */
  readonly isOvertaken?: boolean;
}

/**
 * Greets on a new link, and closes it if no host answers.
 *
 * @throws NudgeloopError that of the link, if its host did not answer
 */
export async function keepIfAnswered(link: HostLink, greet: Greet, signal: AbortSignal): Promise<OpenedLink> {
  signal.addEventListener('abort', link.close);
  try {
    if (signal.aborted) throw disposed();
    const answer = await greet(link);
    if (!answer.ok && UNANSWERED.has(answer.error.code)) unwrap(answer);
    return { link, answer };
  } catch (error) {
    signal.removeEventListener('abort', link.close);
    link.close();
    throw error;
  }
}
