import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LaunchSettings } from './engine.ts';

type Prefs = NonNullable<LaunchSettings['prefs']>;

/** In the profile: the port of Marionette. */
export const MARIONETTE_FILE = 'MarionetteActivePort';

/** In the profile: where BiDi listens. */
export const BIDI_FILE = 'WebDriverBiDiServer.json';

/** Switches off what a browser does on its own and a test must not see: its requests, its first run, its restored tabs. */
const QUIET: Prefs = {
  'app.normandy.enabled': false,
  'app.update.auto': false,
  'app.update.disabledForTesting': true,
  'browser.aboutwelcome.enabled': false,
  'browser.newtabpage.enabled': false,
  'browser.region.network.url': '',
  'browser.safebrowsing.blockedURIs.enabled': false,
  'browser.safebrowsing.downloads.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'browser.sessionstore.resume_from_crash': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.page': 0,
  'browser.topsites.contile.enabled': false,
  'datareporting.healthreport.uploadEnabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'datareporting.usage.uploadEnabled': false,
  'dom.push.connection.enabled': false,
  'dom.push.serverURL': '',
  'extensions.getAddons.cache.enabled': false,
  'extensions.systemAddon.update.enabled': false,
  'extensions.update.enabled': false,
  'media.gmp-manager.updateEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'network.http.speculative-parallel-limit': 0,
  'network.manage-offline-status': false,
  'network.trr.mode': 5,
  'services.settings.server': 'data:,#remote-settings-dummy/v1',
  'toolkit.startup.max_resumed_crashes': -1,
  'toolkit.telemetry.enabled': false,
  'toolkit.telemetry.server': 'data:,',
};

/** What the driver itself stands on. */
const DRIVEN: Prefs = {
  // Starting a content process then costs half as much.
  'dom.ipc.forkserver.enable': true,
  'browser.tabs.closeWindowWithLastTab': false,
  'marionette.port': 0,
  'remote.active-protocols': 1,
};

/**
 * Prepares a profile for a start.
 *
 * @returns environment variables that keep what Firefox writes inside the profile
 */
export async function prepareProfile(profile: string, prefs: Prefs): Promise<Readonly<Record<string, string>>> {
  const home = join(profile, 'home');
  await mkdir(home, { recursive: true });
  // A killed browser leaves these behind, and the next one would be looked for there.
  for (const left of [MARIONETTE_FILE, BIDI_FILE]) await rm(join(profile, left), { force: true });
  const lines = Object.entries({ ...QUIET, ...prefs, ...DRIVEN }).map((pref) => `user_pref(${pref.map((part) => JSON.stringify(part)).join(', ')});\n`);
  await writeFile(join(profile, 'user.js'), lines.join(''));
  return { HOME: home, TMPDIR: home, MOZ_HEADLESS: '1', MOZ_CRASHREPORTER_DISABLE: '1' };
}
