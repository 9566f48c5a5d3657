import type { ActionInput, NudgeloopClient } from 'nudgeloop';
import { METRICS } from '../metrics.ts';
import { find, findText, setText } from '../ui/dom.ts';
import { count } from '../ui/format.ts';
import { readField } from '../ui/invalid-field.ts';
import { createMetricFields } from '../ui/metric-fields.ts';
import { attempt } from '../ui/problem.ts';

/** Makes the form for typing an action. */
export function createActionForm(client: () => NudgeloopClient): void {
  const json = find('action-json', HTMLTextAreaElement);
  const problem = findText('action-problem');
  const status = findText('action-status');
  const fields = createMetricFields('action', METRICS);

  const read = (): ActionInput | readonly ActionInput[] => {
    const typed = fields.read();
    const more = readField(json, parse);
    // The Enter key in an empty field would store an action of nothing, which counts.
    if (json.value.trim() === '' && Object.keys(typed).length === 0) throw new Error('Nothing is filled in. To record an action without any values, write {} into “More fields”.');
    if (Array.isArray(more) && Object.keys(typed).length > 0) {
      throw new Error('A JSON list is recorded as it is, so the fields above it would be left out. Clear them, or add their values to the list.');
    }
    if (typeof more !== 'object' || more === null || Array.isArray(more)) return more as ActionInput;
    const twice = METRICS.filter(({ name }) => name in typed && name in more).map(({ label }) => label);
    if (twice.length > 0) throw new Error(`Given both as a field and in the JSON: ${twice.join(', ')}. Remove one of them.`);
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

/** Parses any JSON. If it is not a record or a list of records, the SDK says what is wrong with it. */
function parse(typed: string): unknown {
  const text = typed.trim();
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`“More fields” does not contain valid JSON: ${error instanceof Error ? error.message : 'unreadable'}.`, { cause: error });
  }
}
