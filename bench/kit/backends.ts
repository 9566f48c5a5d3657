import type { EngineName, LaunchSettings } from '../../test/faults/engines/engine.ts';

/** A backend, as the command line knows it. */
export type BackendName = 'leveldb' | 'sqlite' | 'firefox';

/** Where figures are taken: a browser, and how it stores IndexedDB. */
export interface Backend {
  readonly name: BackendName;
  /** For a reader. */
  readonly title: string;
  readonly engine: EngineName;
  readonly settings: LaunchSettings;
  /** What the names of its results end with. */
  readonly suffix: string;
}

/** All backends, in the order in which they are taken. */
export const BACKENDS: Readonly<Record<BackendName, Backend>> = {
  leveldb: { name: 'leveldb', title: 'LevelDB', engine: 'chromium', settings: {}, suffix: '' },
  sqlite: {
    name: 'sqlite',
    title: 'SQLite',
    engine: 'chromium',
    settings: { args: ['--enable-features=IdbSqliteBackingStore'] },
    suffix: '@sqlite',
  },
  firefox: {
    name: 'firefox',
    title: 'Firefox',
    engine: 'firefox',
    // Firefox isolates no service worker, whose clock would go in steps of a millisecond.
    settings: { prefs: { 'privacy.reduceTimerPrecision': false } },
    suffix: '@firefox',
  },
};
