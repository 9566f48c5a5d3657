import type { ActionInput, NudgeloopClient } from 'nudgeloop';
import { element, find, findText, setText } from '../dom.ts';
import { count } from '../format.ts';
import { METRICS } from '../metrics.ts';
import { attempt } from '../problem.ts';

/** Makes the form for an action that one types. */
export function createActionForm(client: () => NudgeloopClient): void {
  const json = find('action-json', HTMLTextAreaElement);
  const problem = findText('action-problem');
  const status = findText('action-status');
  const inputs = METRICS.map(({ name, label }) => {
    const input = element('input', { inputmode: 'decimal', autocomplete: 'off', 'data-testid': `action-${name}` });
    findText('action-fields').append(element('label', {}, label, ' ', input));
    return { name, input };
  });

  const read = (): ActionInput | readonly ActionInput[] => {
    const filled = inputs.filter(({ input }) => input.value.trim() !== '');
    const fields = Object.fromEntries(filled.map(({ name, input }) => [name, numberOr(input.value.trim())]));
    const more = parse(json.value.trim());
    if (typeof more !== 'object' || more === null || Array.isArray(more)) return more as ActionInput;
    return { ...fields, ...more };
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

function numberOr(text: string): number | string {
  const number = Number(text);
  return Number.isNaN(number) ? text : number;
}
