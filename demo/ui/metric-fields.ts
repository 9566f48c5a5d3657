import type { Metric } from '../metrics.ts';
import { element, findText } from './dom.ts';
import { clearField, readField } from './invalid-field.ts';
import { typedNumber } from './typed-number.ts';

/** One field for each of some metrics. */
export interface MetricFields {
  /**
   * Reads the typed values, without empty fields.
   *
   * @throws Error if a value is not a number
   */
  read(): Readonly<Record<string, number>>;
  /** Writes values into the fields. A metric without a value becomes empty. */
  show(values: Readonly<Record<string, unknown>>): void;
}

/** Makes the fields in their place, `goal-fields` or `action-fields`. */
export function createMetricFields(form: 'goal' | 'action', metrics: readonly Metric[]): MetricFields {
  const fields = metrics.map(({ name, label }) => {
    const input = element('input', { inputmode: 'decimal', autocomplete: 'off', 'data-testid': `${form}-${name}` });
    findText(`${form}-fields`).append(element('label', {}, label, ' ', input));
    return { name, label, input };
  });
  return {
    read() {
      for (const { input } of fields) clearField(input);
      const filled = fields.filter(({ input }) => input.value.trim() !== '');
      return Object.fromEntries(filled.map(({ name, label, input }) => [name, readField(input, (typed) => typedNumber(typed, label))]));
    },
    show(values) {
      for (const { name, input } of fields) {
        const value = values[name];
        clearField(input);
        input.value = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
      }
    },
  };
}
