import { createLog } from '../../log/log.ts';
import type { Answer } from '../../protocol/api.ts';
import { BUILD } from '../../protocol/build.ts';
import type { BroadcastEnvelope } from '../../protocol/events.ts';
import { DEFAULT_DATABASE } from '../../protocol/version.ts';
import type { ClientOptions } from '../client-options.ts';
import type { ClientState } from '../client-types.ts';
import { unwrap, type HostLink } from '../host-link.ts';
import type { PageRealm } from '../page-realm.ts';
import { runAgain } from '../run-again.ts';
import { createEpochWatch } from './epoch-watch.ts';
import { createHostEvents } from './host-events.ts';
import { createHostKeeper } from './host-keeper.ts';
import type { OpenedLink } from './opened-link.ts';
import type { Session, SessionMember } from './session-types.ts';

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
  /** Calls in progress. */
  let calls = 0;
  /** Erasures in progress. */
  let erasing = 0;
  let isOutdated = false;
  /** What a loop that joins later is told too. */
  let facts: Partial<ClientState> = {};

  const emitAll: SessionMember['emit'] = (event, payload) => members.forEach((member) => member.emit(event, payload));
  const patchAll: SessionMember['patch'] = (news) => {
    facts = { ...facts, ...news };
    members.forEach((member) => member.patch(news));
  };
  const log = createLog(realm.clock.now, [...logSinks, (event) => emitAll('log', event)]);

  const updateReady = (reason: 'waiting' | 'needed'): void => {
    log.info('worker.update-ready', { reason });
    patchAll({ updateReady: true });
    emitAll('update', { reason });
  };

  /** Takes what an answer says of the host, before it is handed on. */
  const note = (answer: Answer<unknown>): void => {
    if (answer.ok) epochs.note(answer.epoch);
    else if (answer.error.code === 'update.needed' && !isOutdated) {
      // It comes with each refused call, and is reported once.
      isOutdated = true;
      updateReady('needed');
    }
  };

  const take = <T>(answer: Answer<T>): T => {
    note(answer);
    return unwrap(answer);
  };

  /** Asks a host for its epoch, which every answer tells that is not a refusal. */
  const ask = async (host: HostLink): Promise<boolean> => {
    let hasSpoken = false;
    // A worker may refuse some of the loops, so try each. It does not matter if no answer comes, or if the host was
    // left: the next answer to any call tells the epoch too.
    for (const { name } of members) {
      const answer = await host.call('nudges', { loop: name, after: Number.MAX_SAFE_INTEGER, limit: 1 });
      if (host !== hosts.current() || signal.aborted) break;
      hasSpoken ||= answer.ok || answer.error.code !== 'call.timeout';
      note(answer);
      if (answer.ok) break;
    }
    return hasSpoken;
  };

  const isConnected = (): boolean => hosts.current() !== undefined && !signal.aborted;

  const epochs = createEpochWatch({
    members,
    patch: patchAll,
    log,
    isConnected,
    ask: runAgain(async () => {
      const host = hosts.current();
      if (host !== undefined) await ask(host);
    }),
    onLost: () => hosts.current()?.verify(),
  });

  const heard = ({ epoch, event }: BroadcastEnvelope): void => {
    // Log events may come at any time, also from another host that began a new epoch.
    if (event.type === 'log') log.relay(event.event);
    else epochs.hear(epoch, event);
  };
  const ignored = (): void => log.debug('message.ignored', { from: 'channel' });
  const events = createHostEvents({ database, realm, heard, ignored, signal });

  const publish = (envelope: BroadcastEnvelope): void => {
    if (signal.aborted) return;
    events.post(envelope);
    // A channel does not echo to its own sender. Log events came through the sink already.
    if (envelope.event.type !== 'log') heard(envelope);
  };

  const onOpened = (opened: OpenedLink, loop: string): void => {
    if (opened.answer.ok && opened.answer.value.build === BUILD) return;
    // Few pages need it, and if it does not load, nobody needs to know.
    import('../worker/stale-worker.ts').then(
      ({ watchStale }) => watchStale({ ...opened, own: BUILD, loop, realm, log, signal, onStale: () => patchAll({ workerStale: true }) }),
      () => undefined,
    );
  };

  const hosts = createHostKeeper({
    options: { ...options, database, deadline },
    realm,
    log,
    signal,
    publish,
    onLog: log.relay,
    onWaiting: () => updateReady('waiting'),
    ask,
    onOpened,
    // This begins the search for the next host at once.
    onGone: () => members.forEach((member) => member.renew(true)),
  });

  /** Wraps each call. A useless link is left by a greeting that finds no other call on it. */
  const busy = async <T>(work: () => Promise<T>): Promise<T> => {
    calls += 1;
    try {
      return await work();
    } finally {
      calls -= 1;
    }
  };

  const call: Session['call'] = (method, request) => busy(async () => take(await hosts.call(method, request)));

  return {
    client,
    listenerLimit,
    realm,
    log,
    signal,
    isConnected,
    join(member) {
      members.push(member);
      member.patch(facts);
    },
    greet: (request) =>
      busy(async () => {
        if (calls === 1 && hosts.current()?.isUseless?.() === true) {
          hosts.drop();
          epochs.forget();
        }
        const { host, answer } = await hosts.greet(request);
        const hello = { ...take(answer), ...realm.transient };
        epochs.note(hello.epoch);
        patchAll({ host: hello.host, fallbackReason: host.fallbackReason, durable: hello.durable });
        return hello;
      }),
    call,
    knownEpoch: epochs.current,
    epoch: () => (erasing > 0 ? undefined : epochs.current()),
    async erase(loop) {
      // Calls made from now on are meant for the time after the erasure.
      erasing += 1;
      const before = epochs.current();
      const { incarnation, ...receipt } = await call('erase', { loop }).finally(() => (erasing -= 1));
      if (loop === null) epochs.noteErasure(before);
      members.forEach((member) => loop === member.name && member.ownErasure(incarnation));
      return receipt;
    },
    dispose: () => ending.abort(),
  };
}
