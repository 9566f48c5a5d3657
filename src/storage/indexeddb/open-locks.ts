/** What is used of the browser's Web Locks; `navigator.locks` is one. */
export interface OpenLocks {
  /** Runs work once the lock is free. */
  request<T>(name: string, work: () => Promise<T>): Promise<Awaited<T>>;
}
