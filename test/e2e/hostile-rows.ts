import type { Page } from '@playwright/test';

/** What is written over a row of a loop, in the page: what it was, with these fields changed. */
export interface Spoiling {
  readonly name: string;
  readonly store: 'documents' | 'history' | 'pending' | 'outbox' | 'dead';
  /** Which document; journals need none. */
  readonly key?: 'state' | 'receipts:';
  /** Changes the row's fields. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Changes fields of a document's value. */
  readonly value?: Readonly<Record<string, unknown>>;
}

/**
 * Spoils the rows of a loop behind the product's back, then makes every call on it.
 *
 * @returns what came of each call: `ok`, or the code of its error
 */
export function useSpoiled(page: Page, loop: string, spoiling: Omit<Spoiling, 'name'>): Promise<Record<string, string>> {
  return page.evaluate(
    async ([name, { store, key, fields = {}, value }]) => {
      const loop = window.client.loop(name, { goalState: { steps: 10 } });
      // So many that they get rows of their own: few are kept in the state row.
      await loop.record([...Array.from({ length: 40 }, (_none, n) => ({ steps: n })), { steps: 1 }, { steps: 2, note: 'a' }]);
      await loop.record({ steps: 3 });
      const [nudge] = await loop.nudges();
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open('nudgeloop');
        opening.addEventListener('success', () => resolve(opening.result));
        opening.addEventListener('error', () => reject(new Error('not opened')));
      });
      await new Promise<void>((resolve, reject) => {
        const transaction = database.transaction(store, 'readwrite');
        const rows = transaction.objectStore(store);
        const reading = rows.getAll();
        reading.addEventListener('success', () => {
          const found = (reading.result as { loop: string; key?: string; value?: object }[]).filter((row) => row.loop === name);
          const spoiled = found.filter((row) => key === undefined || row.key?.startsWith(key === 'receipts:' ? 'state' : key) === true);
          // Pending and dead entries are not there when nothing failed: then one is made, and the state counts it.
          const made: object = { last: 0, minAt: 0, seqs: [0], ats: [0], values: [{}] };
          const base = spoiled.length > 0 ? spoiled : [{ loop: name, ...made }];
          for (const row of base as { value?: { near?: { documents: [string, object][] } } }[]) {
            if (key !== 'receipts:') continue;
            // Receipts are kept in the state row.
            const { near } = row.value!;
            rows.put({ ...row, value: { ...row.value, near: { ...near, documents: near!.documents.map(([id, document]) => [id, { ...document, ...fields }]) } } });
          }
          if (key !== 'receipts:') for (const row of base) rows.put({ ...row, ...fields, ...(value === undefined ? {} : { value: { ...(row as { value?: object }).value, ...value } }) });
        });
        transaction.addEventListener('complete', () => resolve());
        transaction.addEventListener('error', () => reject(new Error('not written')));
        transaction.addEventListener('abort', () => reject(new Error('not written')));
      });
      if (store === 'pending' || store === 'dead') {
        await new Promise<void>((resolve) => {
          const transaction = database.transaction('documents', 'readwrite');
          const documents = transaction.objectStore('documents');
          const reading = documents.get([name, 'state']);
          reading.addEventListener('success', () => {
            const row = reading.result as { value: Record<string, unknown> };
            documents.put({ ...row, value: { ...row.value, [store]: { first: 0, next: 1, count: 1 } } });
          });
          transaction.addEventListener('complete', () => resolve());
        });
      }
      database.close();

      const told: Record<string, string> = {};
      const letter = { seq: 0, at: 0, actions: [], attempts: 3, reason: { code: 'internal' } };
      const calls: Record<string, () => Promise<unknown>> = {
        history: () => loop.history(),
        'history by time': () => loop.history({ from: 0 }),
        nudges: () => loop.nudges(),
        inspect: () => loop.inspect(),
        export: () => loop.export(),
        poke: () => loop.poke(),
        record: () => loop.record({ steps: 4 }),
        setGoalState: () => loop.setGoalState({ steps: 11 }),
        acknowledge: () => loop.acknowledge(nudge === undefined ? [] : [nudge]),
        suggestActions: () => loop.suggestActions([], [{ steps: 5 }]),
        retry: () => loop.deadLetters.retry(letter),
        discard: () => loop.deadLetters.discard(letter),
        'history again': () => loop.history(),
        resetHistory: () => loop.resetHistory(),
        import: () => loop.import({ format: 'nudgeloop-export', version: 1, goalState: null, analysis: {}, history: [], pending: [] }),
        erase: () => loop.erase(),
      };
      for (const [call, run] of Object.entries(calls)) {
        try {
          const answer = JSON.stringify(await run()) ?? '';
          told[call] = /"(__proto__|constructor|prototype)":/.test(answer) ? 'hands out a forbidden key' : 'ok';
        } catch (error) {
          told[call] = (error as { code?: string }).code ?? `untyped: ${String(error)}`;
        }
      }
      return told;
    },
    [loop, spoiling] as const,
  );
}

/** What a loop is after it was erased: as new, and at work. */
export function afterErasure(page: Page, loop: string): Promise<unknown> {
  return page.evaluate(async (name) => {
    const rows = [];
    for (const store of ['documents', 'history', 'pending', 'outbox', 'dead']) {
      for (const row of (await window.readStore(store)) as { loop: string }[]) if (row.loop === name) rows.push(store);
    }
    const loop = window.client.loop(name);
    const before = await loop.history();
    await loop.setGoalState({ steps: 10 });
    await loop.record({ steps: 6 });
    const { loop: inspection } = await loop.inspect();
    return { rows, before, steps: (await loop.history()).map(({ action }) => action['steps']), nudges: (await loop.nudges()).length, count: inspection.history.count };
  }, loop);
}

/** Puts a row that belongs to nothing. */
export function stray(page: Page, store: string, row: unknown, key?: string): Promise<void> {
  return page.evaluate(
    ([into, given, under]) =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('nudgeloop');
        opening.addEventListener('error', () => reject(new Error('not opened')));
        opening.addEventListener('success', () => {
          const transaction = opening.result.transaction(into, 'readwrite');
          transaction.objectStore(into).put(given, under);
          transaction.addEventListener('complete', () => {
            opening.result.close();
            resolve();
          });
          transaction.addEventListener('abort', () => reject(new Error('not written')));
        });
      }),
    [store, row, key] as const,
  );
}
