/** Transactions that may write, by the durability that the browser says they have. */
export type Durabilities = Record<IDBTransactionDurability, number>;

const counted: Durabilities = { default: 0, relaxed: 0, strict: 0 };
const { prototype } = IDBDatabase;
const original = prototype.transaction;

prototype.transaction = function transaction(...given) {
  const made = original.apply(this, given);
  if (made.mode === 'readwrite') counted[made.durability] += 1;
  return made;
};

/** How many this worker began so far. */
export const durabilities = (): Durabilities => counted;
