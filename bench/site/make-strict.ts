// Peers don't say which durability they want, and so get the browser's relaxed one. Nothing that is acknowledged in this
// benchmark may be less durable than Nudgeloop's, so each of their writes is made strict here.
const { prototype } = IDBDatabase;
const original = prototype.transaction;

prototype.transaction = function transaction(stores, mode, options) {
  const made = original.call(this, stores, mode, mode === 'readwrite' ? { ...options, durability: 'strict' } : options);
  if (mode === 'readwrite' && made.durability !== 'strict') throw new Error('a peer is not strict');
  return made;
};
