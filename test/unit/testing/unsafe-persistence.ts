import { NudgeloopError, type GoalFeedbackPersistence, type WriteTransaction } from 'nudgeloop/core';
import { createMemory, queueingForItself } from './broken-persistence.ts';

// Providers that keep one thing apart badly from another each; the rest of them is memory.

/** Replaces a part of the transactions that write, and of no others. */
const withWrites = (replace: (base: WriteTransaction) => Partial<WriteTransaction>): GoalFeedbackPersistence => {
  const store = createMemory();
  return { ...store, write: (loop, work) => store.write(loop, (base) => work({ ...base, ...replace(base) })) };
};

/** As a storage that answers late. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

/** Whoever reads while somebody writes looks, after a while, at what is being changed. */
export function readingWhatIsUnderWay(): GoalFeedbackPersistence {
  const store = createMemory();
  const underWay = new Map<string, WriteTransaction>();
  return {
    ...store,
    async read(loop, work) {
      await turns();
      const base = underWay.get(loop);
      return base === undefined ? store.read(loop, work) : work(base);
    },
    write: (loop, work) =>
      store.write(loop, async (base) => {
        underWay.set(loop, base);
        try {
          return await work(base);
        } finally {
          underWay.delete(loop);
        }
      }),
  };
}

/** Asks for each thing that is read by itself. */
export function readingOneByOne(): GoalFeedbackPersistence {
  const store = createMemory();
  return {
    ...store,
    read: (loop, work) =>
      work({
        epoch: () => store.epoch(),
        readDocument: (key) => store.read(loop, (base) => base.readDocument(key)),
        readForward: (...given) => store.read(loop, (base) => base.readForward(...given)),
        readNewest: (...given) => store.read(loop, (base) => base.readNewest(...given)),
      }),
  };
}

/** Erases once all writes have ended that it knows of, and holds up none that begins meanwhile. */
export function erasingBesideWrites(): GoalFeedbackPersistence {
  const store = queueingForItself(createMemory());
  return {
    ...store,
    async eraseAll(look) {
      await turns();
      return store.eraseAll(look);
    },
  };
}

/** Keeps its loops in a plain object, which has some names from the start. */
export function withLoopsInAnObject(): GoalFeedbackPersistence {
  const store = createMemory();
  const places: Record<string, string> = {};
  const placeOf = (loop: string): string => (places[loop] ??= `loop ${Object.keys(places).length}`);
  return {
    ...store,
    read: (loop, work) => store.read(placeOf(loop), work),
    write: (loop, work) => store.write(placeOf(loop), work),
    async loops() {
      const there = new Set(await store.loops());
      return Object.entries(places).flatMap(([loop, place]) => (there.has(place) ? [loop] : []));
    },
    eraseAll: (look) => store.eraseAll(look && ((place, base) => look(Object.keys(places).find((loop) => places[loop] === place)!, base))),
  };
}

/** Stores one entry after the other until it comes to one that it refuses. */
export const appendingOneByOne = () => withWrites((base) => ({ append: (journal, list) => list.forEach((entry) => base.append(journal, [entry])) }));

/** Rolls back once it has refused something, and says so only to those who listened. */
export function rollingBackInSilence(): GoalFeedbackPersistence {
  const store = createMemory();
  return {
    ...store,
    async write(loop, work) {
      const undone = new NudgeloopError('storage.failed', 'Refused.');
      let result: { readonly value: Awaited<ReturnType<typeof work>> } | undefined;
      let isRefused = false;
      try {
        return await store.write(loop, async (base) => {
          const append: typeof base.append = (...given) => {
            try {
              base.append(...given);
            } catch (error) {
              isRefused = true;
              throw error;
            }
          };
          result = { value: await work({ ...base, append }) };
          if (isRefused) throw undone;
          return result.value;
        });
      } catch (error) {
        if (error !== undone) throw error;
        return result!.value;
      }
    },
  };
}

/** Finds the newest entries in another order while it writes. */
export const writingBackwards = () =>
  withWrites((base) => ({ readNewest: async (...given) => (await base.readNewest(...given)).reverse() }));

/** Begins one entry too late while it writes. */
export const writingOneOff = () =>
  withWrites((base) => ({ readForward: (journal, from, limit) => base.readForward(journal, from === 0 ? 0 : from + 1, limit) }));

/** Looks for a document only after a while, in which it may have been written. */
export const readingLate = () => withWrites((base) => ({ readDocument: async (key) => (await turns(), base.readDocument(key)) }));
