import type { ActionInput, NudgeloopClient } from 'nudgeloop';
import { METRICS } from '../metrics.ts';
import { find, findText, setText } from '../ui/dom.ts';
import { count } from '../ui/format.ts';
import { createMetricFields } from '../ui/metric-fields.ts';
import { attempt } from '../ui/problem.ts';

/** Makes the form for an action that one types. */
export function createActionForm(client: () => NudgeloopClient): void {
  const json = find('action-json', HTMLTextAreaElement);
  const problem = findText('action-problem');
  const status = findText('action-status');
  const fields = createMetricFields('action', METRICS);

  const read = (): ActionInput | readonly ActionInput[] => {
    const typed = fields.read();
    const more = parse(json.value.trim());
    if (Array.isArray(more) && Object.keys(typed).length > 0) {
      throw new Error('A list as JSON stands for itself, and the fields above it would be left out. Empty them, or write them into the list.');
    }
    if (typeof more !== 'object' || more === null || Array.isArray(more)) return more as ActionInput;
    const twice = METRICS.filter(({ name }) => name in typed && name in more).map(({ label }) => label);
    if (twice.length > 0) throw new Error(`Given twice, as a field and as JSON: ${twice.join(', ')}. Leave out one of them.`);
    return { ...typed, ...more };
  };

  find('action-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    setText(status, '');
    void attempt(problem, async () => {
      const receipt = await client().record(read());
      setText(status, `Receipt: ${count(receipt.count, 'action')} stored${receipt.durable ? '' : ', but not durably'}, id ${receipt.id}.`);
    });
  });
}

/** JSON of any kind: what is no record, or a list of them, is handed on, for the SDK to say what is wrong with it. */
function parse(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`The further fields are no JSON: ${error instanceof Error ? error.message : 'unreadable'}.`, { cause: error });
  }
}
