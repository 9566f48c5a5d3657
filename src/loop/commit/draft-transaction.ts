import { ofEachJournal, type Journal, type WriteTransaction } from '../../storage/persistence.ts';
import { NEAR_DOCUMENTS, NEAR_ENTRIES, NEAR_SIZE, type NearDocument, type NearRows } from '../state/near-rows.ts';
import { createJournalDraft, type Tail } from './journal-draft.ts';

/** What is known of a loop's rows without reading them, as of its last change. */
export interface KnownRows {
  readonly epoch: string;
  readonly tails: Readonly<Partial<Record<Journal, Tail | undefined>>>;
}

/** A transaction that notes changes, and stores them when told to. */
export interface DraftTransaction extends WriteTransaction {
  /** Whether anything was changed. */
  isChanged(): boolean;
  /**
   * Stores the noted changes that need rows of their own.
   *
   * @returns the rest, for the state row
   */
  flush(): Promise<NearRows>;
  /** What is known once this is stored. */
  tails(): KnownRows['tails'];
}

/**
 * Makes a draft over a transaction. The operations of a group share one: what they append to a journal becomes one
 * segment, or goes into the state row if it is little. So a hundred calls cost about as much as one, and that one costs
 * one row.
 *
 * @param base the transaction that stores
 * @param near the rows that the state row holds
 * @param known what need not be read
 */
export function draftTransaction(base: WriteTransaction, near: NearRows, known: KnownRows | undefined): DraftTransaction {
  const draftsOf = (entries: NearRows['journals'], tails: KnownRows['tails']) =>
    ofEachJournal((journal) => createJournalDraft(base, journal, entries[journal] ?? [], tails[journal]));
  const documents = new Map(near.documents);
  let drafts = draftsOf(near.journals, known?.tails ?? {});
  let { size } = near;
  let isChanged = false;

  const store = async (journal: Journal): Promise<void> => {
    if (drafts[journal].near().length > 0) isChanged = true;
    await drafts[journal].store();
  };

  /** Only the database can look by age, so the noted changes must be stored first. */
  const stored = async (journal: Journal): Promise<WriteTransaction> => {
    await store(journal);
    return base;
  };

  const giveRow = (key: string, { value, at }: NearDocument): void => {
    base.writeDocument(key, value, at);
    documents.delete(key);
  };

  return {
    epoch: async () => known?.epoch ?? base.epoch(),

    readDocument: async (key) => documents.get(key)?.value ?? base.readDocument(key),

    writeDocument(key, value, at) {
      isChanged = true;
      // Deleted first, so the latest write is last in the map.
      documents.delete(key);
      documents.set(key, { value, at });
    },

    async pruneDocuments(prefix, before, keep) {
      isChanged = true;
      for (const [key, document] of documents) if (key.startsWith(prefix)) giveRow(key, document);
      await base.pruneDocuments(prefix, before, keep);
    },

    append(journal, entries) {
      if (entries.length === 0) return;
      isChanged = true;
      drafts[journal].append(entries);
    },

    readForward: (journal, from, limit) => drafts[journal].readForward(from, limit),

    readNewest: (journal, before, limit) => drafts[journal].readNewest(before, limit),

    readExpired: async (journal, cutoff) => (await stored(journal)).readExpired(journal, cutoff),

    oldestAt: async (journal) => (await stored(journal)).oldestAt(journal),

    async removeRange(journal, first, last) {
      isChanged = true;
      drafts[journal].removeRange(first, last);
    },

    clear() {
      isChanged = true;
      documents.clear();
      [drafts, size] = [draftsOf({}, {}), 0];
      base.clear();
    },

    isChanged: () => isChanged,

    async flush() {
      const all = Object.values(drafts);
      await Promise.all(all.map((draft) => draft.removeNoted()));
      const count = all.reduce((sum, draft) => sum + draft.near().length, 0);
      size = count === 0 ? 0 : all.reduce((sum, draft) => sum + draft.size(), size);
      if (count > NEAR_ENTRIES || size > NEAR_SIZE) {
        size = 0;
        for (const draft of all) await draft.store();
      }
      for (const [key, document] of documents) if (documents.size > NEAR_DOCUMENTS) giveRow(key, document);
      const entries = Object.entries(ofEachJournal((journal) => drafts[journal].near())).filter(([, list]) => list.length > 0);
      return { size, journals: Object.fromEntries(entries), documents: [...documents] };
    },

    tails: () => ofEachJournal((journal) => drafts[journal].tail()),
  };
}
