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
import { disposed, ofCall, unwrap, type HostLink } from './host-link.ts';
import { hearOut, openLink, PATIENCE_MS } from './open-link.ts';
import type { PageRealm } from './page-realm.ts';
import { runAgain } from './run-again.ts';
import type { Session, SessionMember } from './session-types.ts';
import { unavailable } from './unavailable.ts';

/** The most listeners of one event by default. */
const DEFAULT_LISTENER_LIMIT = 1_000;

/** Milliseconds until a call is answered with `call.timeout`, by default. */
const DEFAULT_DEADLINE = 10_000;

/** Makes the session of a client. It connects at the first `greet`. */
export function createSession(options: ClientOptions, realm: PageRealm): Session {
  const { database = DEFAULT_DATABASE, deadline = DEFAULT_DEADLINE, listenerLimit = DEFAULT_LISTENER_LIMIT, logSinks = [] } = options;
  const client = realm.newId();
  const members: SessionMember[] = [];
  const ending = new AbortController();
  const { signal } = ending;
  let epoch: string | undefined;
  let toldErasure: string | undefined;
  /** Erasures in progress. */
  let erasing = 0;
  let workerStale = false;
  const updates = new Set<string>();
  let link: HostLink | undefined;
  /** Why the last host was left. */
  let failure: NudgeloopError | undefined;
  /** Ends the watch over a worker that took over. */
  let unwatch = (): void => undefined;
  /** Calls in progress. */
  let calls = 0;
  /** Settles once there is a host again, or there can be none; undefined while none is looked for. */
  let opening: Promise<void> | undefined;

  const tellAll: SessionMember['tell'] = (event, payload) => members.forEach((member) => member.tell(event, payload));
  const patchAll = (facts: Partial<ClientState>): void => members.forEach((member) => member.patch(facts));
  const log = createLog(realm.clock.now, [...logSinks, (event) => tellAll('log', event)]);

  /** The app erased all loops, in this tab or another, and that began the epoch `next`. */
  const allErased = (next: string): void => {
    toldErasure = next;
    members.forEach((member) => member.lost(true));
    tellAll('erased', { loop: null });
  };

  /** Notes the epoch in an answer. Only answers can be trusted: any script of the origin can send on the channel. */
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
    // `needed` comes with each refused call and is told once; each waiting worker is told.
    if (reason === 'needed' && updates.has(reason)) return;
    updates.add(reason);
    log.info('worker.update-ready', { reason });
    patchAll({ updateReady: true });
    tellAll('update', { reason });
  };

  /**
   * Asks a host for its epoch, which every answer tells that is not a refusal.
   *
   * @returns whether the host answered anything
   */
  const ask = async (host: HostLink): Promise<boolean> => {
    let hasSpoken = false;
    // A worker may refuse some of the loops, so try each. It does not matter if no answer comes, or if the host was
    // left: the next answer to any call tells the epoch too.
    for (const { name } of members) {
      const answer = await host.call('nudges', { loop: name, after: Number.MAX_SAFE_INTEGER, limit: 1 });
      if (host !== link || signal.aborted) break;
      hasSpoken ||= answer.ok || answer.error.code !== 'call.timeout';
      try {
        take(answer);
        break;
      } catch {
        // The next loop may be accepted.
      }
    }
    return hasSpoken;
  };
  const askEpoch = runAgain(async () => void (link && (await ask(link))));

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
    unwatch = hearOut(host, realm.clock, Math.max(PATIENCE_MS, deadline / 2), (isMute) => {
      if (hasSpoken || link !== host || signal.aborted) return;
      // It is busy, or the previous worker answered. Or it could not be asked yet, because too many calls are in
      // progress.
      if (!isMute) return onTakeover();
      abandon(unavailable('no-answer'));
    });
  };

  /** Leaves a worker for which calls would wait in vain. */
  const abandon = (error: NudgeloopError): void => {
    if (link === undefined) return;
    failure = error;
    leave();
    // This begins the search for the next host at once: calls that find none wait for it.
    members.forEach((member) => member.renew(true));
  };

  const leave = (): void => {
    unwatch();
    if (link === undefined) return;
    signal.removeEventListener('abort', link.close);
    link.close();
    link = undefined;
  };

  const heard = ({ event, epoch: next }: BroadcastEnvelope): void => {
    // Log events may come at any time, also from another host that began a new epoch.
    if (event.type === 'log') return log.relay(event.event);
    const isOfAll = event.type === 'loop.erased' && event.loop === null;
    // Reported already, when an answer with the new epoch overtook this event; or this is the first epoch that the page
    // knows.
    if (isOfAll && (next === toldErasure || next === epoch)) return;
    if (next !== epoch) {
      askEpoch();
      // It is about another database, such as one that a tab keeps in memory: loops there are not the ones here. If it
      // is the same database, erased or lost, the answer says so.
      if (epoch !== undefined) return;
      // A page that is about to connect has nothing that could have been erased: its goal belongs to the next life.
      if (link === undefined && event.type === 'loop.erased') return;
    }
    // This reaches a page whose greeting was refused, and which so knows no epoch.
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
    // A channel does not echo to its own sender. Log events came through the sink already.
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
      { options: { ...options, database, deadline }, realm, log, onWaiting, onTakeover, onGone: abandon, failure: known, onLog: log.relay, publish, signal },
      (candidate) => candidate.call('hello', request),
    );
    link = opened.link;
    greeted(opened.answer);
    if (opened.isOvertaken === true) onTakeover();
    if (opened.answer.ok && opened.answer.value.build === BUILD) return;
    // Few pages need it, and if it does not load, nobody needs to know.
    import('./stale-worker.ts').then(
      ({ watchStale }) => watchStale({ ...opened, own: BUILD, loop: request.loop, realm, log, signal, onStale }),
      () => undefined,
    );
  };

  /** Wraps each call. A useless link is left by a greeting that finds no other call on it. */
  const busy = async <T>(work: () => Promise<T>): Promise<T> => {
    calls += 1;
    try {
      return await work();
    } finally {
      calls -= 1;
    }
  };

  const reach = async <Method extends WorkerMethod>(method: Method, request: WorkerRequest<Method>): Promise<Answer<WorkerAnswers[Method]>> => {
    let sent = false;
    try {
      for (;;) {
        if (link === undefined) await Promise.race([opening, ended]);
        const host = link;
        if (signal.aborted || host === undefined) throw disposed();
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
          // The next host may have another database, which does not mean that this one was lost.
          epoch = undefined;
        }
        let answer: Answer<Hello> | undefined;
        let host: HostLink | undefined;
        // Repeat if the host was left before it answered.
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
        const hello = { ...take(answer), ...realm.transient };
        noteEpoch(hello.epoch);
        patchAll({ host: hello.host, fallbackReason: host.fallbackReason, durable: hello.durable, workerStale, updateReady: updates.size > 0 });
        return hello;
      }),
    call,
    epoch: () => (erasing > 0 ? undefined : epoch),
    async erase(loop) {
      // Calls made from now on are meant for the time after the erasure.
      erasing += 1;
      const before = epoch;
      const { incarnation, ...receipt } = await call('erase', { loop }).finally(() => (erasing -= 1));
      // Usually the epoch in an answer tells that everything is gone. If a refused greeting had told no epoch, this does.
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
