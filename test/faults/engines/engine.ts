/** The browsers whose workers can be stopped, which most faults need. */
export type EngineName = 'chromium' | 'firefox';

/** A browser that can be started. */
export interface AnyEngine {
  readonly name: EngineName | 'webkit';
  /** The version, as the browser tells it. */
  readonly version: string;
  /**
   * Starts the browser on a profile that stays on disk.
   *
   * @param profile a folder; started again on the same one, the browser finds what it kept
   * @param settings what only some rows need
   */
  launch(profile: string, settings?: LaunchSettings): Promise<AnyBrowser>;
  /** False if the browser keeps nothing when it is driven, whatever the profile. @default true */
  readonly keepsProfiles?: boolean;
}

/** A browser that the kit can start, with everything that a fault needs. */
export interface Engine extends AnyEngine {
  readonly name: EngineName;
  launch(profile: string, settings?: LaunchSettings): Promise<Browser>;
}

/** What a row may ask for when it starts a browser. */
export interface LaunchSettings {
  /** Flags (Chromium). */
  readonly args?: readonly string[];
  /** Preferences (Firefox). */
  readonly prefs?: Readonly<Record<string, string | number | boolean>>;
}

/** A running browser. Nothing is attached to its workers: an attached worker never idles out and hides the faults. */
export interface AnyBrowser {
  /** Opens a tab and loads a page in it. */
  open(url: string): Promise<Tab>;
  /** Stops every service worker, wherever it stands; what waits in its queue is gone. Absent where nothing can. */
  stopWorkers?(): Promise<void>;
  /** Kills the whole process group, as the system does when it needs room, and waits for its end. */
  kill(): Promise<void>;
  /** Ends it in good order. */
  close(): Promise<void>;
  /** Process id of the browser's main process. */
  readonly pid: number;
}

/** A running browser, with everything that a fault needs. */
export interface Browser extends AnyBrowser {
  stopWorkers(): Promise<void>;
  /** Ends every service worker at once, even one that spins, without the grace that `stopWorkers` may grant it. */
  killWorkers(): Promise<void>;
}

/** A tab. Whatever is called on one that is gone rejects with `TabGone`. */
export interface Tab {
  /**
   * Runs a function in the page and gives its JSON answer. The function is sent as source: it sees its arguments and the
   * page's globals, nothing else.
   */
  evaluate<Args extends readonly unknown[], T>(run: (...args: Args) => T, ...args: Args): Promise<Awaited<T>>;
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  /** Loads the page anew past caches and workers, so that no worker controls it. Absent where nothing can. */
  hardReload?(): Promise<void>;
  back(): Promise<void>;
  close(): Promise<void>;
}

/** What Chromium offers beyond: each is undefined in other engines, where a row says "not run" and why. */
export interface ChromiumTab extends Tab {
  /** Sends a DevTools command to the page's session. */
  send(method: string, params?: object): Promise<Record<string, unknown>>;
  /** Hears the DevTools events of the page's session. */
  on(event: string, listener: (params: Record<string, unknown>) => void): () => void;
}

/** Rejects what was under way in a tab, a worker or a browser that is gone: it may have happened, or not. */
export class TabGone extends Error {
  constructor(readonly what: string) {
    super(`${what} is gone`);
  }
}
