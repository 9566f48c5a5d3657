/**
 * Makes every write of this worker strict. Peers don't say which durability they want, and so get the browser's relaxed
 * one; nothing that is acknowledged in this benchmark may be less durable than Nudgeloop's.
 *
 * A function, since the package declares that its modules do nothing by themselves: an import alone would be left out.
 */
export function makeStrict(): void {
  const { prototype } = IDBDatabase;
  const original = prototype.transaction;
  prototype.transaction = function transaction(stores, mode, options) {
    return original.call(this, stores, mode, mode === 'readwrite' ? { ...options, durability: 'strict' } : options);
  };
}
