/** The part of the browser's Web Locks that is used; pass `navigator.locks`. */
export interface OpenLocks {
  /** Runs work once the lock is free. */
  request<T>(name: string, work: () => Promise<T>): Promise<Awaited<T>>;
}
