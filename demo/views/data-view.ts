import type { EraseReceipt, NudgeloopClient } from 'nudgeloop';
import { element, find, findText, setText } from '../dom.ts';
import { count } from '../format.ts';
import { attempt } from '../problem.ts';

/** What follows when content was taken away. */
export interface DataViewOptions {
  readonly client: () => NudgeloopClient;
  /** The history of this loop is empty. */
  readonly onEmptied: () => void;
  /** All loops are gone. */
  readonly onAllErased: () => void;
}

/** Makes the buttons that take the loop's content out, in, or away. */
export function createDataView({ client, onEmptied, onAllErased }: DataViewOptions): void {
  const problem = findText('data-problem');
  const status = findText('data-status');

  /** Each answers what it did, in words. */
  const button = (testId: string, work: () => Promise<string>): void => {
    find(testId, HTMLButtonElement).addEventListener('click', () => {
      setText(status, '');
      void attempt(problem, async () => setText(status, await work()));
    });
  };

  button('reset-history', async () => {
    const removed = await client().resetHistory();
    onEmptied();
    return `The history is empty: ${count(removed, 'action')} removed. Goal and settings stay.`;
  });
  button('export', async () => {
    const data = await client().export();
    download(`nudgeloop-${data.loop}.json`, JSON.stringify(data, null, 2));
    return `${count(data.history.length, 'action')} exported.`;
  });
  button('erase', async () => {
    const receipt = await client().erase();
    onEmptied();
    return describe(receipt);
  });
  button('erase-all', async () => {
    const receipt = await client().erase({ all: true });
    onAllErased();
    return describe(receipt);
  });

  const file = find('import', HTMLInputElement);
  file.addEventListener('change', () => {
    const chosen = file.files?.[0];
    if (chosen === undefined) return;
    setText(status, '');
    void attempt(problem, async () => {
      const data = await readJson(chosen);
      const imported = await client().import(data);
      setText(status, `${count(imported, 'action')} imported. They replaced what was there.`);
    }).finally(() => {
      // Or the same file could not be chosen a second time.
      file.value = '';
    });
  });
}

async function readJson(file: File): Promise<unknown> {
  const text = await file.text();
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file.name} is no JSON.`, { cause: error });
  }
}

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  element('a', { href: url, download: name }).click();
  // Once the browser has begun to read it.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function describe({ loops, actions, pending, nudges, deadLetters, notifications, tags }: EraseReceipt): string {
  const parts = [
    count(actions, 'action'),
    `${pending} pending`,
    count(nudges, 'nudge'),
    count(deadLetters, 'dead letter'),
    count(notifications, 'notification'),
    count(tags, 'sync tag'),
  ];
  return `Erased from ${count(loops.length, 'loop')}: ${parts.join(', ')}.`;
}
