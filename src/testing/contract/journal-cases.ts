import { JOURNALS, type JournalEntry } from '../../storage/persistence.ts';
import { expectEqual, expectRefusal } from '../expect-equal.ts';
import { all, documents, entries, type Check } from './contract-check.ts';

export function journalCases(check: Check): void {
  check('what was appended is read back, oldest first', async (store) => {
    await store.write('a', async (tx) => tx.append('history', entries(0, 5)));
    expectEqual(await all(store), entries(0, 5), 'history');
  });

  check('a place that is taken is never overwritten, but refused with a code', async (store) => {
    await store.write('a', async (tx) => tx.append('history', entries(0, 3)));
    await expectRefusal(() => store.write('a', async (tx) => tx.append('history', entries(2, 1))), 'a second entry 2');
    expectEqual(await all(store), entries(0, 3), 'history');
  });

  check('entries whose places do not grow are refused with a code, and none of them is stored', async (store) => {
    await store.write('a', async (tx) => tx.append('history', entries(0, 3)));
    for (const [title, list] of [['that go back', [...entries(3, 2), ...entries(3, 1)]], ['of which one is there twice', [...entries(3, 300), ...entries(302, 1)]]] as const) {
      await expectRefusal(() => store.write('a', async (tx) => tx.append('history', list)), `entries ${title}`);
      expectEqual(await all(store), entries(0, 3), 'history');
    }
  });

  check('when a refusal is caught, what is left of the write happens whole or not at all', async (store) => {
    await store.write('a', async (tx) => tx.append('history', entries(0, 3)));
    const refused = [['that go back', [...entries(3, 2), ...entries(3, 1)]], ['whose place is taken', entries(2, 1)]] as const;
    for (const [index, [title, list]] of refused.entries()) {
      let isStored = true;
      const writing = store.write('a', async (tx) => {
        try {
          tx.append('history', list);
        } catch {
          // Like a caller who ignores the refusal.
        }
        tx.writeDocument('k', title, 1);
        tx.append('outbox', entries(index, 1));
      });
      await writing.catch(() => (isStored = false));
      expectEqual(await all(store), entries(0, 3), `history, after entries ${title}`);
      const outbox = await all(store, 'a', 'outbox');
      const rest = [(await documents(store, 'a', 'k'))[0] === title, outbox.some(({ seq }) => seq === index)];
      expectEqual(rest, [isStored, isStored], `whether the rest is stored, after entries ${title}, as the write said`);
    }
  });

  check('the journals of a loop do not see one another, though their places are the same', async (store) => {
    const COUNT = 5;
    const written = JOURNALS.map((journal, index) => {
      return entries(0, COUNT).map(({ seq }): JournalEntry => ({ seq, at: 100 * (JOURNALS.length - index) + seq, value: { journal, seq } }));
    });
    await store.write('a', async (tx) => JOURNALS.forEach((journal, index) => tx.append(journal, written[index]!)));
    // From each journal, remove as many entries as its own place in the list, so one of them keeps all.
    await store.write('a', async (tx) => {
      for (const [index, journal] of JOURNALS.entries()) if (index > 0) await tx.removeRange(journal, 0, index - 1);
    });
    for (const [index, journal] of JOURNALS.entries()) {
      const kept = written[index]!.slice(index);
      expectEqual(await all(store, 'a', journal), kept, `${journal}, from the oldest`);
      expectEqual(await store.read('a', (tx) => tx.readNewest(journal, COUNT, COUNT)), kept, `${journal}, to the newest`);
      const aged = await store.write('a', async (tx) => [await tx.oldestAt(journal), await tx.readExpired(journal, 1_000)]);
      expectEqual(aged, [kept[0]!.at, kept], `${journal}, by age`);
    }
  });

  check('a part is removed from the middle of what was appended together', async (store) => {
    await store.write('a', async (tx) => tx.append('history', entries(0, 1_000)));
    await store.write('a', (tx) => tx.removeRange('history', 100, 899));
    expectEqual(await all(store), [...entries(0, 100), ...entries(900, 100)], 'history');
    expectEqual(await store.read('a', (tx) => tx.readNewest('history', 950, 60)), [...entries(90, 10), ...entries(900, 50)], 'over the gap');
    expectEqual(await store.read('a', (tx) => tx.readForward('history', 95, 7)), [...entries(95, 5), ...entries(900, 2)], 'from before it');
  });

  check('single entries are removed from between others, and the write that removes them sees what is left', async (store) => {
    await store.write('a', async (tx) => tx.append('history', entries(0, 600)));
    const kept = [...entries(0, 600), ...entries(600, 2)].filter(({ seq }) => seq % 3 === 2 || seq > 590);
    const seen = await store.write('a', async (tx) => {
      for (let seq = 0; seq <= 590; seq += 3) await tx.removeRange('history', seq, seq + 1);
      tx.append('history', entries(600, 2));
      return tx.readForward('history', 0, 1_000);
    });
    expectEqual(seen, kept, 'inside the write');
    expectEqual(await all(store), kept, 'after it');
    await store.write('a', async (tx) => {
      // Back from the newest, and of other journals in between.
      for (const { seq } of [...kept].reverse()) {
        await tx.removeRange('history', seq, seq);
        await tx.removeRange('outbox', seq, seq);
      }
    });
    expectEqual(await all(store), [], 'after all of them were removed');
  });

  check('beyond either end of a journal there is nothing', async (store) => {
    const read = () => store.read('a', async (tx) => [await tx.readNewest('history', 0, 5), await tx.readForward('history', 3, 5), await tx.readNewest('history', 9, 5)]);
    expectEqual(await read(), [[], [], []], 'of an empty journal');
    await store.write('a', async (tx) => tx.append('history', entries(0, 3)));
    expectEqual(await read(), [[], [], entries(0, 3)], 'of three entries');
  });

  check('entries are found by age, in whatever order they came', async (store) => {
    const stamped = [50, 10, 40, 10, 30].map((at, seq) => ({ seq, at, value: seq }));
    await store.write('a', async (tx) => tx.append('history', stamped));
    await store.write('a', async (tx) => {
      expectEqual((await tx.readExpired('history', 40)).map(({ seq }) => seq), [1, 3, 4], 'older than 40');
      expectEqual(await tx.oldestAt('history'), 10, 'the oldest');
      await tx.removeRange('history', 1, 1);
      await tx.removeRange('history', 3, 4);
      expectEqual(await tx.oldestAt('history'), 40, 'the oldest that is left');
      await tx.removeRange('history', 0, 9);
      expectEqual(await tx.oldestAt('history'), undefined, 'the oldest of none');
    });
  });
}
