import type { GoalFeedbackPersistence } from 'nudgeloop/core';
import { persistenceContract, type PersistenceFactory } from 'nudgeloop/testing';
import { describe, expect, test } from 'vitest';
import {
  clearingHalf,
  createDisk,
  createMemory,
  erasingAllTheSame,
  namingByEntries,
  queueingForItself,
  remembering,
  removingFromAll,
  sharingDocuments,
  withDates,
  withDocumentsApart,
  withFewBits,
  withLastDate,
  withLike,
  withOneIndexByAge,
  withOneJournal,
} from './broken-persistence.ts';
import {
  appendingOneByOne,
  erasingBesideWrites,
  readingLate,
  readingOneByOne,
  readingWhatIsUnderWay,
  rollingBackInSilence,
  withLoopsInAnObject,
  writingBackwards,
  writingOneOff,
} from './unsafe-persistence.ts';

/** Which cases a provider breaks, with what they say. */
async function brokenBy(create: PersistenceFactory): Promise<string[]> {
  const said: string[] = [];
  for (const { name, run } of persistenceContract(create)) await run().catch(({ message }: Error) => said.push(`${name}: ${message}`));
  return said;
}

/** Refuses as memory does, but with an error of its own. */
function refusingWith(error: unknown): GoalFeedbackPersistence {
  const memory = createMemory();
  return {
    ...memory,
    write: (loop, work) =>
      memory.write(loop, (base) => {
        const append: typeof base.append = (...given) => {
          try {
            base.append(...given);
          } catch {
            throw error;
          }
        };
        return work({ ...base, append });
      }),
  };
}

describe('the contract catches a provider', () => {
  test.each([
    ['without a code', new Error('UNIQUE constraint failed')],
    ['with a code that is no storage\'s', Object.assign(new Error('no'), { code: 'storage.failed' })],
  ])('that refuses %s', async (_what, error) => {
    const saw = `expected a NudgeloopError with a code storage.*, saw ${String(error)}`;
    expect(await brokenBy(() => refusingWith(error))).toEqual([
      `a place that is taken is never overwritten, but refused with a code: a second entry 2: ${saw}`,
      `entries whose places do not grow are refused with a code, and none of them is stored: entries that go back: ${saw}`,
    ]);
  });

  test('and says what it found, though nothing can be erased behind it', async () => {
    const create = () => {
      const broken = refusingWith(new Error('UNIQUE constraint failed'));
      let erasures = 0;
      const eraseAll: typeof broken.eraseAll = async (look) => {
        if ((erasures += 1) > 1) throw new Error('in the way');
        return broken.eraseAll(look);
      };
      return { ...broken, eraseAll };
    };
    expect(await brokenBy(create)).toContainEqual(expect.stringMatching(/refused with a code: .* saw Error: UNIQUE constraint failed$/));
  });

  test('whose erasures look like losses', async () => {
    const create = () => {
      const memory = createMemory();
      const epoch = async () => (await memory.epoch()).replace('erased-', '');
      const write: typeof memory.write = (loop, work) => memory.write(loop, (base) => work({ ...base, epoch }));
      return { ...memory, epoch, write };
    };
    expect(await brokenBy(create)).toEqual([
      'erasing all leaves nothing, and begins a new epoch that says so: whether the new epoch is named by epochAfterErasure: expected true, saw false',
    ]);
  });

  const random = [1, 2, 3].map((seed) => `a long random history ends as a simple model says (seed ${seed})`);
  const journals = ['the journals of a loop do not see one another, though their places are the same', ...random];
  const sharing = 'what is changed after the call does not change what is stored';
  const erasing = 'erasing all leaves nothing, and begins a new epoch that says so';

  const newest = 'of the documents with a prefix, all but the newest few can be removed';

  test.each<[what: string, create: PersistenceFactory, cases: readonly string[]]>([
    ['that ignores which journal an entry is of', withOneJournal, journals],
    ['that removes an entry from every journal', removingFromAll, journals],
    ['that takes the age of one journal for that of another', withOneIndexByAge, journals],
    ['that forgets a journal when it clears', clearingHalf, ['a loop that was cleared begins anew, at place 0', erasing]],
    [
      'that keeps the documents of all loops together',
      () => withDocumentsApart('together'),
      ['loops do not see one another, whatever their names', 'what is removed, pruned or found by age in one loop is its own'],
    ],
    ['that keeps a document as it was given', () => sharingDocuments('written'), [sharing]],
    ['that hands out a document as it is kept', () => sharingDocuments('read'), [sharing]],
    ['that keeps ages of documents as timestamps, which can\'t be that large', withDates, [newest]],
    ['that keeps ages of documents in too few bits', withFewBits, [newest]],
    ['that knows no loop without entries', namingByEntries, ['a loop that has a document is named, also without an entry']],
    [
      'whose probe fails',
      () => ({ ...createMemory(), probe: () => Promise.reject(new Error('closed')) }),
      ['a storage that can be used says so when it is probed'],
    ],
    ['whose erasure leaves the documents', () => withDocumentsApart('for good'), [erasing]],
    ['that erases though a look at it failed', erasingAllTheSame, ['an erasure whose look fails has erased nothing']],
    [
      'whose queue is not that of another tab',
      createDisk(queueingForItself),
      ['writes happen one after the other, also those of a tab and a worker that each opened the storage'],
    ],
    [
      'that remembers what another tab has changed',
      createDisk(remembering),
      ['what a tab writes or erases is seen by a worker that opened the storage for itself'],
    ],
  ])('%s', async (_what, create, cases) => {
    const names = (await brokenBy(create)).map((text) => text.slice(0, text.indexOf(': ')));
    expect(names).toEqual(expect.arrayContaining([...cases]));
  });

  const caught = 'when a refusal is caught, what is left of the write happens whole or not at all';
  const readingWithin = 'a write reads entries as a read does, those that it appended too';

  // These break no other promise: without the case, they would pass.
  test.each<[what: string, create: PersistenceFactory, only: string]>([
    ['that shows what a write has not committed', readingWhatIsUnderWay, 'nobody reads what a write has not committed'],
    [
      'whose reads are of no one instant',
      readingOneByOne,
      'all that one read sees is of one instant, though a write and an erasure are asked for meanwhile',
    ],
    ['that lets a write pass an erasure by', erasingBesideWrites, 'what is erased stays erased, whatever is written right before or behind'],
    ['that keeps loops in a plain object', withLoopsInAnObject, 'loops do not see one another, whatever their names'],
    ['that takes ages behind the last date for that', withLastDate, newest],
    ['that asks for a prefix in either case', withLike, 'a prefix stands for itself, whatever a query makes of such characters'],
    ['that stores a part of what it refuses', appendingOneByOne, caught],
    ['that stores nothing after it refused something, and says it did', rollingBackInSilence, caught],
    ['that reads the newest in another order inside a write', writingBackwards, readingWithin],
    ['that begins elsewhere inside a write', writingOneOff, readingWithin],
    ['that reads in a write what is written behind it', readingLate, 'a write does what it is asked in that order, though it does not wait in between'],
  ])('%s', async (_what, create, only) => {
    expect((await brokenBy(create)).map((text) => text.slice(0, text.indexOf(': ')))).toEqual([only]);
  });

  test.each<[what: string, create: PersistenceFactory]>([
    ['memory', createMemory],
    ['a storage that is opened twice', createDisk()],
  ])('and nothing else: not %s', async (_what, create) => {
    expect(await brokenBy(create)).toEqual([]);
  });
});
