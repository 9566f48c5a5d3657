import type { EraseReceipt, NudgeloopClient } from 'nudgeloop';
import { confirmed } from '../ui/confirm.ts';
import { element, find, findText, setText } from '../ui/dom.ts';
import { count, formatNumber } from '../ui/format.ts';
import { attempt } from '../ui/problem.ts';

/** What the buttons need from the page. */
export interface DataViewOptions {
  readonly client: () => NudgeloopClient;
  /** Ends playing. Settles once no day is in progress: its action would end up in the new data. */
  readonly pause: () => Promise<void>;
  /** This loop's history was emptied or replaced. */
  readonly onReplaced: () => void;
}

/** Makes the buttons that export, import and erase the loop's data. */
export function createDataView({ client, pause, onReplaced }: DataViewOptions): void {
  const problem = findText('data-problem');
  const status = findText('data-status');

  /** `work` resolves with what it did, in words; with no text if the user decided against it. */
  const act = async (work: () => Promise<string>): Promise<void> => {
    setText(status, '');
    await attempt(problem, async () => setText(status, await work()));
  };
  const button = (testId: string, work: () => Promise<string>): void => {
    find(testId, HTMLButtonElement).addEventListener('click', () => void act(work));
  };
  const onceConfirmed = async (question: string, action: string, work: () => Promise<string>): Promise<string> => {
    await pause();
    return (await confirmed(question, action)) ? work() : 'Nothing was changed.';
  };

  button('reset-history', () =>
    onceConfirmed('Remove all actions from this loop? The goal, the settings and the nudges stay.', 'Reset history', async () => {
      const removed = await client().resetHistory();
      onReplaced();
      return `The history is empty: ${count(removed, 'action')} removed. The goal, the settings and the nudges stay.`;
    }),
  );
  button('export', async () => {
    const data = await client().export();
    download(`nudgeloop-${data.loop}.json`, JSON.stringify(data, null, 2));
    return `${count(data.history.length, 'action')} exported.`;
  });
  button('erase', () =>
    onceConfirmed('Erase this person’s loop in all tabs, with its goal, history and nudges?', 'Erase this loop', async () =>
      describe(await client().erase()),
    ),
  );
  button('erase-all', () =>
    onceConfirmed('Erase every loop in all tabs, for all 33 people?', 'Erase everything', async () => describe(await client().erase({ all: true }))),
  );

  const file = find('import', HTMLInputElement);
  file.addEventListener('change', () => {
    const chosen = file.files?.[0];
    if (chosen === undefined) return;
    void act(async () => {
      const data = await readJson(chosen);
      return onceConfirmed('Replace this loop’s goal and history with those in the file?', 'Import file', async () => {
        // By the second call, another person's loop may be open.
        const importing = client();
        const imported = await importing.import(data);
        onReplaced();
        const done = `${count(imported, 'action')} imported.`;
        return importing.inspect().then(
          ({ loop }) => `${done} The history now has ${formatNumber(loop.history.count)}.`,
          // It is imported, whether it can be counted or not.
          () => done,
        );
      });
    }).finally(() => {
      // Otherwise the same file could not be chosen again.
      file.value = '';
    });
  });
}

async function readJson(file: File): Promise<unknown> {
  const text = await file.text();
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file.name} does not contain valid JSON.`, { cause: error });
  }
}

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  element('a', { href: url, download: name }).click();
  // After the browser has started to read it.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function describe({ loops, actions, pending, nudges, deadLetters }: EraseReceipt): string {
  const parts = [count(actions, 'action'), count(pending, 'pending call'), count(nudges, 'nudge'), count(deadLetters, 'dead letter')];
  return `Erased from ${count(loops.length, 'loop')}: ${parts.join(', ')}.`;
}
