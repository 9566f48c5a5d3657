import type { ClientOptions } from '../../../src/page/client-options.ts';
import type { BroadcastEnvelope } from '../../../src/protocol/events.ts';
import { channelName } from '../../../src/protocol/version.ts';
import type { SimulatedPage } from '../../../src/testing/browser/simulated-page.ts';
import { openClient, type Browser } from './open-client.ts';

/** A tab, and what its app hears of ends of the loop and of the database. */
export function openTab(browser: Browser, options: ClientOptions = {}) {
  const page = browser.openPage();
  const client = openClient(page, options);
  const heard: string[] = [];
  client.on('epoch.reset', () => heard.push('reset'));
  client.on('erased', ({ loop }) => heard.push(`erased ${loop}`));
  return { page, client, heard };
}

/** A script of the origin that speaks on the channel. */
export function forger(browser: Browser) {
  const channel = browser.openPage().realm.openChannel(channelName('nudgeloop'))!;
  return (envelope: Pick<BroadcastEnvelope, 'epoch' | 'event'>) => channel.postMessage({ nudgeloop: 1, ...envelope });
}

/** The worker as a page has it, whose messages can be listened to. */
export const activeOf = ({ registration }: Pick<SimulatedPage, 'registration'>) => (registration as unknown as { active: { postMessage: (...given: unknown[]) => void } }).active;
