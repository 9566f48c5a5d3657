import type { IdSource } from '../clock.ts';
import { NudgeloopError } from '../errors.ts';
import type { LogWriter } from '../log/log.ts';
import { epochAfterErasure } from '../model/epoch.ts';
import { copyPlainData, type JsonValue } from '../model/plain-data.ts';
import { systemIds } from '../system.ts';
import { createMemoryJournal, type MemoryJournal } from './memory-journal.ts';
import { ofEachJournal, type GoalFeedbackPersistence, type Journal, type WriteTransaction } from './persistence.ts';

/** Options of `createMemoryPersistence`. */
export interface MemoryPersistenceOptions {
  /** Makes the epoch's name. @default random UUIDs */
  readonly newId?: IdSource | undefined;
  /** Gets `storage.memory` once, since nothing in memory survives a restart. @default silent */
  readonly log?: LogWriter | undefined;
}

interface MemoryLoop {
  readonly documents: Map<string, { readonly value: JsonValue; readonly at: number }>;
  readonly journals: Readonly<Record<Journal, MemoryJournal>>;
}

/**
 * Stores loops in memory: for tests, for Node, and for browsers without usable storage. It behaves like a database: values
 * are copied in and out, a failed write leaves nothing behind, and writes of one loop queue up.
 *
 * @example
 * ```ts
 * import { createMemoryPersistence, GoalDrivenFeedbackLoop, SimpleGoalFeedbackStrategy } from 'nudgeloop/core';
 *
 * const persistence = createMemoryPersistence();
 * const loop = new GoalDrivenFeedbackLoop({ strategy: new SimpleGoalFeedbackStrategy(), persistence });
 * await loop.extendHistory([{ steps: 4_200 }]);
 * console.log(await persistence.loops()); // prints [ 'default' ]
 * ```
 */
export function createMemoryPersistence({ newId = systemIds, log }: MemoryPersistenceOptions = {}): GoalFeedbackPersistence {
  return keepInMemory({ newId, log });
}

/** `createMemoryPersistence` for hosts, which have a source of ids. */
export function keepInMemory({ newId, log }: MemoryPersistenceOptions & { readonly newId: IdSource }): GoalFeedbackPersistence {
  let epoch = newId();
  const loops = new Map<string, MemoryLoop>();
  const queues = new Map<string, Promise<unknown>>();
  /** Settles with the last erasure of all loops, which waits in every queue. */
  let erased: Promise<unknown> = Promise.resolve();
  log?.warn('storage.memory');

  const loopOf = (name: string): MemoryLoop => {
    const known = loops.get(name);
    if (known !== undefined) return known;
    const made: MemoryLoop = { documents: new Map(), journals: ofEachJournal(createMemoryJournal) };
    loops.set(name, made);
    return made;
  };

  const named = (): string[] => [...loops].filter(([, loop]) => loop.documents.size > 0).map(([name]) => name);

  const enqueue = <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const turn = (queues.get(name) ?? erased).then(work);
    queues.set(
      name,
      turn.catch(() => undefined),
    );
    return turn;
  };

  const underWay = (): Promise<unknown> => Promise.all([erased, ...queues.values()]);

  const transactionOf = (loop: MemoryLoop, undo: (() => void)[]): WriteTransaction => {
    const { documents, journals } = loop;
    const setDocument = (key: string, next: { value: JsonValue; at: number } | undefined): void => {
      const previous = documents.get(key);
      undo.push(() => (previous === undefined ? documents.delete(key) : documents.set(key, previous)));
      if (next === undefined) documents.delete(key);
      else documents.set(key, next);
    };
    return {
      epoch: async () => epoch,
      readDocument: async (key) => {
        const document = documents.get(key);
        return document === undefined ? undefined : copied(document.value);
      },
      writeDocument: (key, value, at) => setDocument(key, { value: copied(value), at }),
      pruneDocuments: async (prefix, before, keep) => {
        const found = [...documents].filter(([key]) => key.startsWith(prefix)).sort(([, a], [, b]) => b.at - a.at);
        found.forEach(([key, { at }], index) => (at < before || index >= keep) && setDocument(key, undefined));
      },
      append: (journal, entries) =>
        journals[journal].append(
          entries.map((entry) => ({ ...entry, value: copied(entry.value) })),
          undo,
        ),
      readForward: async (journal, from, limit) => journals[journal].forward(from, limit).map(copiedEntry),
      readNewest: async (journal, before, limit) => journals[journal].newest(before, limit).map(copiedEntry),
      readExpired: async (journal, cutoff) => journals[journal].expired(cutoff).map(copiedEntry),
      oldestAt: async (journal) => journals[journal].oldestAt(),
      removeRange: async (journal, first, last) => journals[journal].removeRange(first, last, undo),
      clear: () => {
        for (const key of [...documents.keys()]) setDocument(key, undefined);
        for (const journal of Object.values(journals)) journal.clear(undo);
      },
    };
  };

  return {
    durable: false,
    probe: async () => undefined,
    epoch: async () => epoch,
    loops: async () => named(),
    read: (name, work) => enqueue(name, () => work(transactionOf(loopOf(name), []))),
    write: (name, work) =>
      enqueue(name, async () => {
        const undo: (() => void)[] = [];
        try {
          return await work(transactionOf(loopOf(name), undo));
        } catch (error) {
          for (const step of undo.reverse()) step();
          throw error;
        }
      }),
    eraseAll: (look) => {
      const erasure = underWay().then(async () => {
        for (const name of named()) await look?.(name, transactionOf(loopOf(name), []));
        loops.clear();
        epoch = epochAfterErasure(newId());
      });
      queues.clear();
      erased = erasure.catch(() => undefined);
      return erasure;
    },
    close: async () => {
      await underWay();
    },
  };
}

const NO_LIMITS = { depth: 1_000, nodes: Number.MAX_SAFE_INTEGER, characters: Number.MAX_SAFE_INTEGER };

function copied(value: JsonValue): JsonValue {
  const copy = copyPlainData(value, NO_LIMITS);
  if ('problem' in copy) {
    throw new NudgeloopError(
      'storage.failed',
      `A value can't be stored: ${copy.problem.problem} at "${copy.problem.path}". Store JSON values only.`,
      { ...copy.problem },
    );
  }
  return copy.data;
}

function copiedEntry<Entry extends { readonly value: JsonValue }>(entry: Entry): Entry {
  return { ...entry, value: copied(entry.value) };
}
