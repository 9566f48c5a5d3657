import type { JsonValue } from '../model/plain-data.ts';
import { JOURNALS, type Journal, type WriteTransaction } from '../storage/persistence.ts';
import { createJournalDraft, type JournalDraft, type Tail } from './journal-draft.ts';

/** Rows of a loop that are known without reading them, as of its last change. */
export interface KnownRows {
  readonly epoch: string;
  readonly documents: ReadonlyMap<string, JsonValue | undefined>;
  readonly tails: Readonly<Partial<Record<Journal, Tail>>>;
}

/** A transaction that notes changes, and stores them when it is told to. */
export interface DraftTransaction extends WriteTransaction {
  /** Whether anything was changed. */
  isChanged(): boolean;
  /** Stores what was noted. */
  flush(): Promise<void>;
  /** What is known once this is stored. */
  known(): Omit<KnownRows, 'epoch'>;
}

/** Documents that are known at the most: receipts of the clients that called last. */
const KNOWN_DOCUMENTS = 32;

interface Document {
  readonly value: JsonValue | undefined;
  /** When it is to be written, its `at`. */
  readonly at?: number;
}

/**
 * Makes a draft over a transaction. The operations of a group share one: each document is read once and written once, and what
 * they append to a journal becomes one segment, however many they are. A hundred calls then cost about what one costs.
 *
 * @param base where it is stored
 * @param known what need not be read
 */
export function draftTransaction(base: WriteTransaction, known: KnownRows | undefined): DraftTransaction {
  const documents = new Map<string, Document>();
  for (const [key, value] of known?.documents ?? []) documents.set(key, { value });
  const journals = new Map<Journal, JournalDraft>();
  let isChanged = false;
  let tails = known?.tails ?? {};

  const draftOf = (journal: Journal): JournalDraft => {
    const draft = journals.get(journal) ?? createJournalDraft(base, journal, tails[journal]);
    journals.set(journal, draft);
    return draft;
  };

  /** A look by age is the database's alone: it must find there what was noted. */
  const stored = async (journal: Journal): Promise<WriteTransaction> => {
    await journals.get(journal)?.flush();
    return base;
  };

  const writeDocuments = (prefix: string): void => {
    for (const [key, { value, at }] of documents) {
      if (value === undefined || at === undefined || !key.startsWith(prefix)) continue;
      base.writeDocument(key, value, at);
      documents.set(key, { value });
    }
  };

  return {
    epoch: async () => known?.epoch ?? base.epoch(),

    async readDocument(key) {
      const document = documents.get(key) ?? { value: await base.readDocument(key) };
      // Set anew, so that the last in the map is the last one used.
      documents.delete(key);
      documents.set(key, document);
      return document.value;
    },

    writeDocument(key, value, at) {
      isChanged = true;
      documents.delete(key);
      documents.set(key, { value, at });
    },

    async pruneDocuments(prefix, before, keep) {
      writeDocuments(prefix);
      await base.pruneDocuments(prefix, before, keep);
      for (const key of documents.keys()) if (key.startsWith(prefix)) documents.delete(key);
    },

    append(journal, entries) {
      if (entries.length === 0) return;
      isChanged = true;
      draftOf(journal).append(entries);
    },

    readForward: (journal, from, limit) => draftOf(journal).readForward(from, limit),

    readNewest: (journal, before, limit) => draftOf(journal).readNewest(before, limit),

    readExpired: async (journal, cutoff) => (await stored(journal)).readExpired(journal, cutoff),

    oldestAt: async (journal) => (await stored(journal)).oldestAt(journal),

    async removeRange(journal, first, last) {
      isChanged = true;
      draftOf(journal).removeRange(first, last);
    },

    clear() {
      isChanged = true;
      documents.clear();
      journals.clear();
      tails = {};
      base.clear();
    },

    isChanged: () => isChanged,

    async flush() {
      for (const draft of journals.values()) if (draft.isChanged()) await draft.flush();
      writeDocuments('');
    },

    known() {
      const values = [...documents].slice(-KNOWN_DOCUMENTS).map(([key, { value }]) => [key, value] as const);
      const ends = JOURNALS.map((journal) => {
        const draft = journals.get(journal);
        return [journal, draft === undefined ? tails[journal] : draft.tail()] as const;
      });
      return { documents: new Map(values), tails: Object.fromEntries(ends) };
    },
  };
}
