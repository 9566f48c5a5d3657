import type { NudgeloopError } from '../errors.ts';
import { createLog } from '../log/log.ts';
import { UNREPEATABLE_METHODS, type Answer, type Hello, type WorkerAnswers, type WorkerMethod, type WorkerRequest } from '../protocol/api.ts';
import type { BroadcastEnvelope } from '../protocol/events.ts';
import { isAfterErasure, isEpoch } from '../model/epoch.ts';
import { BUILD } from '../protocol/build.ts';
import { DEFAULT_DATABASE } from '../protocol/version.ts';
import type { ClientOptions } from './client-options.ts';
import type { ClientState } from './client-types.ts';
import { createHostEvents } from './host-events.ts';
import { disposed, unwrap, type HostLink } from './host-link.ts';
import { hearOut, openLink, PATIENCE_MS } from './open-link.ts';
import type { PageRealm } from './page-realm.ts';
import { runAgain } from './run-again.ts';
import type { Session, SessionMember } from './session-types.ts';
import { unavailable } from './unavailable.ts';

/** Listeners of one event, if the options say nothing. */
const DEFAULT_LISTENER_LIMIT = 1_000;

/** Milliseconds until a call is answered with `call.timeout`, if the options say nothing. */
const DEFAULT_DEADLINE = 10_000;

/** Makes the session of a client. Nothing is connected before the first `greet`. */
export function createSession(options: ClientOptions, realm: PageRealm): Session {
  const { database = DEFAULT_DATABASE, deadline = DEFAULT_DEADLINE, listenerLimit = DEFAULT_LISTENER_LIMIT, logSinks = [] } = options;
  const client = realm.newId();
  const members: SessionMember[] = [];
  const ending = new AbortController();
  const { signal } = ending;
  let epoch: string | undefined;
  let toldErasure: string | undefined;
  /** Erasures that are under way. */
  let erasing = 0;
  let workerStale = false;
  const updates = new Set<string>();
  let link: HostLink | undefined;
  /** Why the last host was left. */
  let failure: NudgeloopError | undefined;
  /** Ends the watch over a worker that took over. */
  let unwatch = (): void => undefined;
  /** Calls under way. */
  let calls = 0;
  let opening: Promise<void> | undefined;

  const tellAll: SessionMember['tell'] = (event, payload) => members.forEach((member) => member.tell(event, payload));
  const patchAll = (facts: Partial<ClientState>): void => members.forEach((member) => member.patch(facts));
  const log = createLog(realm.clock.now, [...logSinks, (event) => tellAll('log', event)]);

  /** The app erased all, in this tab or another, which began this epoch. */
  const allErased = (next: string): void => {
    toldErasure = next;
    members.forEach((member) => member.lost(true));
    tellAll('erased', { loop: null });
  };

  /** Takes note of the epoch in an answer. Only there it can be believed: any script of the origin can speak on the channel. */
  const noteEpoch = (next: string | undefined): void => {
    if (!isEpoch(next) || next === epoch) return;
    const previous = epoch;
    epoch = next;
    patchAll({ epoch: next });
    if (previous === undefined || next === toldErasure) return;
    // This tab slept through the erasure, or another message overtook its announcement.
    if (isAfterErasure(next)) return allErased(next);
    log.warn('epoch.reset', { previous, epoch: next });
    link?.verify();
    members.forEach((member) => member.lost(false));
    tellAll('epoch.reset', { previous, epoch: next });
  };

  const updateReady = (reason: 'waiting' | 'needed'): void => {
    // Each call that is refused says so; of those that wait, each is told once.
    if (reason === 'needed' && updates.has(reason)) return;
    updates.add(reason);
    log.info('worker.update-ready', { reason });
    patchAll({ updateReady: true });
    tellAll('update', { reason });
  };

  /**
   * Asks a host which epoch it is in, as any answer says that is no refusal.
   *
   * @returns whether it said anything
   */
  const ask = async (host: HostLink): Promise<boolean> => {
    let hasSpoken = false;
    // A worker may refuse some of the loops. No answer is none that matters, nor is one of a host that was left: the next one to any call says it too.
    for (const { name } of members) {
      const answer = await host.call('nudges', { loop: name, after: Number.MAX_SAFE_INTEGER, limit: 1 });
      if (host !== link || signal.aborted) break;
      hasSpoken ||= answer.ok || answer.error.code !== 'call.timeout';
      try {
        take(answer);
        break;
      } catch {
        // The next loop may be welcome.
      }
    }
    return hasSpoken;
  };
  const askEpoch = runAgain(async () => void (link && (await ask(link))));

  /** A worker that took over may be the app's own of another release, which runs no loops: then the page goes on by itself. */
  const onTakeover = (): void => {
    const host = link;
    if (host === undefined) return;
    let hasSpoken = false;
    void ask(host).then((given) => (hasSpoken = given));
    unwatch();
    // Longer than at a greeting, since it may have been given what must not be done behind what the page does then; but in time for what
    // was called shortly before it took over.
    unwatch = hearOut(host, realm.clock, Math.max(PATIENCE_MS, deadline / 2), (isMute) => {
      if (hasSpoken || link !== host || signal.aborted) return;
      // Busy, or it was the one of before that spoke.
      if (!isMute) return onTakeover();
      failure = unavailable('no-answer');
      leave();
      members.forEach((member) => member.renew());
    });
  };

  const leave = (): void => {
    unwatch();
    if (link === undefined) return;
    signal.removeEventListener('abort', link.close);
    link.close();
    link = undefined;
  };

  const heard = ({ event, epoch: next }: BroadcastEnvelope): void => {
    // What is logged happens at any time, also beside another host that began a new epoch.
    if (event.type === 'log') return log.relay(event.event);
    const isOfAll = event.type === 'loop.erased' && event.loop === null;
    // Told already, when an answer that overtook this one brought the new epoch; or that is the first that this page knows.
    if (isOfAll && (next === toldErasure || next === epoch)) return;
    if (next !== epoch) {
      askEpoch();
      // Of another database, as of a tab that keeps its own in memory: what happened to a loop there is nothing to those here. Where it is
      // the same one, which was erased or lost, the answer says so.
      if (epoch !== undefined) return;
      // Nor has a page that is about to connect anything that could have been erased: its goal is one of the next life then.
      if (link === undefined && event.type === 'loop.erased') return;
    }
    // To a page whose greeting was refused, which told it no epoch.
    if (isOfAll) return allErased(next);
    for (const member of members) {
      if (event.loop === null || event.loop === member.name) member.heard(event);
    }
  };
  const ignored = (): void => log.debug('message.ignored', { from: 'channel' });
  const events = createHostEvents({ database, realm, heard, ignored, signal });

  const take = <T>(answer: Answer<T>): T => {
    if (answer.ok) noteEpoch(answer.epoch);
    else if (answer.error.code === 'update.needed') updateReady('needed');
    return unwrap(answer);
  };

  const publish = (envelope: BroadcastEnvelope): void => {
    if (signal.aborted) return;
    events.post(envelope);
    // A channel does not echo to its own sender. Log events came through the sink.
    if (envelope.event.type !== 'log') heard(envelope);
  };

  const onStale = (): void => {
    workerStale = true;
    patchAll({ workerStale });
  };

  const connect = async (request: WorkerRequest<'hello'>, greeted: (answer: Answer<Hello>) => void): Promise<void> => {
    const onWaiting = (): void => updateReady('waiting');
    const known = failure;
    failure = undefined;
    const opened = await openLink(
      { options: { ...options, database, deadline }, realm, log, onWaiting, onTakeover, failure: known, onLog: log.relay, publish, signal },
      (candidate) => candidate.call('hello', request),
    );
    link = opened.link;
    greeted(opened.answer);
    if (opened.isOvertaken === true) onTakeover();
    if (opened.answer.ok && opened.answer.value.build === BUILD) return;
    // Few pages need it, and none needs to know that it did not load.
    import('./stale-worker.ts').then(
      ({ watchStale }) => watchStale({ ...opened, own: BUILD, loop: request.loop, realm, log, signal, onStale }),
      () => undefined,
    );
  };

  /** Goes around each call: a link that is of no use is left by a greeting that meets no other call on it. */
  const busy = async <T>(work: () => Promise<T>): Promise<T> => {
    calls += 1;
    try {
      return await work();
    } finally {
      calls -= 1;
    }
  };

  const reach = async <Method extends WorkerMethod>(method: Method, request: WorkerRequest<Method>): Promise<Answer<WorkerAnswers[Method]>> => {
    for (let wasSent = false; ; ) {
      const host = link;
      if (signal.aborted || host === undefined) throw disposed();
      const answer = await host.call(method, request);
      if (answer.ok) return answer;
      const { error } = answer;
      // As of any copy that is refused: the first may have been taken.
      if (host === link || opening === undefined) return wasSent ? { ok: false, error: { ...error, details: { ...error.details, resent: true } } } : answer;
      wasSent ||= error.details?.['sent'] !== false;
      // Left meanwhile, since nobody was there. What a worker before that took is known again by its number.
      if (wasSent && UNREPEATABLE_METHODS.has(method)) throw unavailable('no-answer');
      await Promise.race([opening, ended]);
    }
  };

  const call: Session['call'] = (method, request) => busy(async () => take(await reach(method, request)));

  const ended = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(disposed()));
  });
  ended.catch(() => undefined);

  return {
    client,
    listenerLimit,
    realm,
    log,
    signal,
    isConnected: () => link !== undefined && !signal.aborted,
    join: (member) => void members.push(member),
    greet: (request) =>
      busy(async () => {
        if (calls === 1 && link?.isUseless?.() === true) {
          leave();
          // The next host may have another database, which is no loss of this one.
          epoch = undefined;
        }
        let answer: Answer<Hello> | undefined;
        let host: HostLink | undefined;
        // Again where the host was left before it answered.
        do {
          answer = undefined;
          if (link === undefined) {
            opening ??= connect(request, (given) => (answer = given)).finally(() => (opening = undefined));
            await Promise.race([opening, ended]);
          }
          host = link;
          if (host === undefined) throw disposed();
          answer ??= await host.call('hello', request);
        } while (!answer.ok && host !== link && !signal.aborted);
        const hello = take(answer);
        noteEpoch(hello.epoch);
        patchAll({ host: hello.host, fallbackReason: host.fallbackReason, durable: hello.durable, workerStale, updateReady: updates.size > 0 });
        return hello;
      }),
    call,
    epoch: () => (erasing > 0 ? undefined : epoch),
    async erase(loop) {
      // What is called from now on is meant for what is behind this.
      erasing += 1;
      const before = epoch;
      const { incarnation, ...receipt } = await call('erase', { loop }).finally(() => (erasing -= 1));
      // That all went is told by the epoch in the answer, unless an earlier one told it; or by this, where a refused greeting had told none.
      if (loop === null && before === undefined && epoch !== undefined && epoch !== toldErasure) allErased(epoch);
      members.forEach((member) => loop === member.name && member.erased(incarnation));
      return receipt;
    },
    dispose() {
      unwatch();
      ending.abort();
    },
  };
}
