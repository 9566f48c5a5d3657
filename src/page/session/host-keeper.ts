import type { NudgeloopError } from '../../errors.ts';
import { UNREPEATABLE_METHODS, type Answer, type Hello, type WorkerAnswers, type WorkerMethod, type WorkerRequest } from '../../protocol/api.ts';
import { disposed, ofCall, type HostLink } from '../host-link.ts';
import { unavailable } from '../worker/unavailable.ts';
import { hearOut, PATIENCE_MS } from './hear-out.ts';
import { openLink } from './open-link.ts';
import type { OpenedLink, OpenLinkOptions } from './opened-link.ts';

/** Finds the host of a client's loops, leaves one that does not answer, and finds the next. */
export interface HostKeeper {
  /** The link to the host; undefined before the first greeting, and while a host is looked for. */
  current(): HostLink | undefined;
  /** Greets the host for a loop. The first greeting, and the first after a host was left, looks for one. */
  greet(request: WorkerRequest<'hello'>): Promise<Greeted>;
  /** Calls a method of the host. If that was left before it answered, calls the next one, unless it could do harm. */
  call<Method extends WorkerMethod>(method: Method, request: WorkerRequest<Method>): Promise<Answer<WorkerAnswers[Method]>>;
  /** Leaves the host. */
  drop(): void;
}

/** Who answered a greeting, and what. */
export interface Greeted {
  readonly host: HostLink;
  readonly answer: Answer<Hello>;
}

/** Options of `createHostKeeper`. */
export interface HostKeeperOptions extends Omit<OpenLinkOptions, 'failure' | 'onGone' | 'onTakeover'> {
  /**
   * Asks a host something that changes nothing.
   *
   * @returns whether the host answered anything
   */
  readonly ask: (host: HostLink) => Promise<boolean>;
  /** Called with each link that was opened, for the greeting of a loop. */
  readonly onOpened: (opened: OpenedLink, loop: string) => void;
  /** Called when a host was left because it does not answer. Greet again at once: calls wait for the next host. */
  readonly onGone: () => void;
}

/** Makes the keeper. It looks for no host before the first greeting. */
export function createHostKeeper(options: HostKeeperOptions): HostKeeper {
  const { realm, signal, ask, onOpened, onGone } = options;
  let link: HostLink | undefined;
  /** Why the last host was left. */
  let failure: NudgeloopError | undefined;
  /** Ends the watch over a worker that took over. */
  let unwatch = (): void => undefined;
  /** Settles once there is a host again, or there can be none; undefined while none is looked for. */
  let opening: Promise<void> | undefined;

  const ended = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      unwatch();
      reject(disposed());
    });
  });
  ended.catch(() => undefined);

  const leave = (): void => {
    unwatch();
    if (link === undefined) return;
    signal.removeEventListener('abort', link.close);
    link.close();
    link = undefined;
  };

  /** Leaves a worker for which calls would wait in vain. */
  const abandon = (error: NudgeloopError): void => {
    if (link === undefined) return;
    failure = error;
    leave();
    onGone();
  };

  /**
   * The worker that took over may be another release of the app's own, which runs no loops. Then the page hosts them
   * itself.
   */
  const onTakeover = (): void => {
    const host = link;
    if (host === undefined) return;
    let hasSpoken = false;
    void ask(host).then((given) => (hasSpoken = given));
    unwatch();
    // Longer than at a greeting: it may have been given calls that must not be done after what the page does then. But
    // soon enough for calls made shortly before it took over.
    unwatch = hearOut(host, realm.clock, Math.max(PATIENCE_MS, options.options.deadline / 2), (isMute) => {
      if (hasSpoken || link !== host || signal.aborted) return;
      // It is busy, or the previous worker answered. Or it could not be asked yet, because too many calls are in
      // progress.
      if (!isMute) return onTakeover();
      // Only a worker is taken over from.
      abandon(host.silent!());
    });
  };

  const open = async (request: WorkerRequest<'hello'>, greeted: (answer: Answer<Hello>) => void): Promise<void> => {
    const known = failure;
    failure = undefined;
    const opened = await openLink({ ...options, onTakeover, onGone: abandon, failure: known }, (candidate) => candidate.call('hello', request));
    link = opened.link;
    greeted(opened.answer);
    if (opened.isOvertaken === true) onTakeover();
    onOpened(opened, request.loop);
  };

  return {
    current: () => link,
    drop: leave,
    async greet(request) {
      // Repeat if the host was left before it answered.
      for (;;) {
        let answer: Answer<Hello> | undefined;
        if (link === undefined) {
          opening ??= open(request, (given) => (answer = given)).finally(() => (opening = undefined));
          await Promise.race([opening, ended]);
        }
        const host = link;
        if (host === undefined) throw disposed();
        answer ??= await host.call('hello', request);
        if (answer.ok || host === link || signal.aborted) return { host, answer };
      }
    },
    async call(method, request) {
      let sent = false;
      try {
        for (;;) {
          if (link === undefined) await Promise.race([opening, ended]);
          const host = link;
          if (signal.aborted) throw disposed();
          if (host === undefined) throw failure ?? unavailable('no-answer');
          const answer = await host.call(method, request);
          if (answer.ok) return answer;
          const { error } = answer;
          // As with any refused copy, the first one may have been taken, even if this one never left the page.
          if (host === link) return sent ? { ok: false, error: { ...error, details: { ...error.details, resent: true, sent } } } : answer;
          sent ||= error.details?.['sent'] !== false;
          // The host was left in the meantime, because it did not answer. If an earlier worker took the call, its number
          // shows that.
          if (sent && UNREPEATABLE_METHODS.has(method)) throw unavailable('no-answer');
        }
      } catch (error) {
        throw ofCall(error, sent);
      }
    },
  };
}
