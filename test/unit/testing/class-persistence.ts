import { createSequentialIds, type GoalFeedbackPersistence, type Journal, type JournalEntry, type JsonValue, type ReadTransaction, type WriteTransaction } from 'nudgeloop/core';
import { createMemoryPersistence } from 'nudgeloop/testing';

/** A provider as somebody writes it who likes classes: its methods are on prototypes, and need their `this`. */
export class ClassPersistence implements GoalFeedbackPersistence {
  readonly #memory = createMemoryPersistence({ newId: createSequentialIds('class') });

  constructor(readonly durable = false) {}

  probe() {
    return this.#memory.probe();
  }

  epoch() {
    return this.#memory.epoch();
  }

  loops() {
    return this.#memory.loops();
  }

  read<T>(loop: string, work: (transaction: ReadTransaction) => Promise<T>) {
    return this.#memory.read(loop, (base) => work(new ClassReadTransaction(base)));
  }

  write<T>(loop: string, work: (transaction: WriteTransaction) => Promise<T>) {
    return this.#memory.write(loop, (base) => work(new ClassWriteTransaction(base)));
  }

  eraseAll(look?: (loop: string, transaction: ReadTransaction) => Promise<void>) {
    return this.#memory.eraseAll(look && ((loop, base) => look(loop, new ClassReadTransaction(base))));
  }

  close() {
    return this.#memory.close();
  }
}

class ClassReadTransaction<Base extends ReadTransaction> implements ReadTransaction {
  readonly #base: Base;

  constructor(base: Base) {
    this.#base = base;
  }

  protected base(): Base {
    return this.#base;
  }

  epoch() {
    return this.#base.epoch();
  }

  readDocument(key: string) {
    return this.#base.readDocument(key);
  }

  readForward(journal: Journal, from: number, limit: number) {
    return this.#base.readForward(journal, from, limit);
  }

  readNewest(journal: Journal, before: number, limit: number) {
    return this.#base.readNewest(journal, before, limit);
  }
}

class ClassWriteTransaction extends ClassReadTransaction<WriteTransaction> implements WriteTransaction {
  writeDocument(key: string, value: JsonValue, at: number) {
    this.base().writeDocument(key, value, at);
  }

  pruneDocuments(prefix: string, before: number, keep: number) {
    return this.base().pruneDocuments(prefix, before, keep);
  }

  append(journal: Journal, entries: readonly JournalEntry[]) {
    this.base().append(journal, entries);
  }

  readExpired(journal: Journal, cutoff: number) {
    return this.base().readExpired(journal, cutoff);
  }

  oldestAt(journal: Journal) {
    return this.base().oldestAt(journal);
  }

  removeRange(journal: Journal, first: number, last: number) {
    return this.base().removeRange(journal, first, last);
  }

  clear() {
    this.base().clear();
  }
}
