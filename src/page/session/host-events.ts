import { readBroadcast, type BroadcastEnvelope } from '../../protocol/events.ts';
import { channelName } from '../../protocol/version.ts';
import type { PageRealm } from '../page-realm.ts';

/** The page's end of the channel on which hosts announce what happened. */
export interface HostEvents {
  /** Tells the other tabs, if the host is in this page. */
  post(envelope: BroadcastEnvelope): void;
}

/** Options of `createHostEvents`. */
export interface HostEventsOptions {
  readonly database: string;
  readonly realm: Pick<PageRealm, 'openChannel' | 'onLife'>;
  /** Called with each event that can be read. */
  readonly heard: (envelope: BroadcastEnvelope) => void;
  /** Called for each message that can't. */
  readonly ignored: () => void;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * Listens to the hosts of a database. An event is a hint and may be missed. While the page is in the back/forward
 * cache, the channel is closed, since an open one keeps a page out of the cache (Chromium) or removes it (Firefox).
 */
export function createHostEvents({ database, realm, heard, ignored, signal }: HostEventsOptions): HostEvents {
  let channel: BroadcastChannel | undefined;

  const open = (): void => {
    if (channel !== undefined || signal.aborted) return;
    channel = realm.openChannel(channelName(database));
    channel?.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      const envelope = readBroadcast(data);
      if (envelope === undefined) ignored();
      else heard(envelope);
    });
  };
  const close = (): void => {
    channel?.close();
    channel = undefined;
  };

  open();
  realm.onLife('pagehide', close, signal);
  realm.onLife('pageshow', open, signal);
  signal.addEventListener('abort', close);
  return { post: (envelope) => channel?.postMessage(envelope) };
}
