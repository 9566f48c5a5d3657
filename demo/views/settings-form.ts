import { find, findText, setText } from '../dom.ts';
import { readPreferences, remember, STRATEGIES } from '../preferences.ts';
import { attempt } from '../problem.ts';
import type { LoopChoice } from '../session.ts';

/**
 * Makes the form for strategy and retention.
 *
 * @param apply opens the loop anew with other settings; rejects when they are refused
 */
export function createSettingsForm(apply: (choice: LoopChoice) => Promise<void>): void {
  const strategy = find('strategy', HTMLSelectElement);
  const oneDirection = find('one-direction', HTMLInputElement);
  const limit = find('retention-limit', HTMLInputElement);
  const days = find('retention-days', HTMLInputElement);
  const problem = findText('settings-problem');
  const status = findText('settings-status');

  const stored = readPreferences();
  strategy.value = stored.strategy;
  oneDirection.checked = stored.oneDirection;
  limit.value = stored.retentionLimit === null ? '' : String(stored.retentionLimit);
  days.value = stored.retentionDays === null ? '' : String(stored.retentionDays);

  find('settings-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    setText(status, '');
    void attempt(problem, async () => {
      const choice: LoopChoice = {
        strategy: STRATEGIES.find((name) => name === strategy.value) ?? 'simple',
        oneDirection: oneDirection.checked,
        retentionLimit: amountOf(limit.value),
        retentionDays: amountOf(days.value),
      };
      await apply(choice);
      // Only what was accepted is remembered; or the next load would begin with an error.
      remember(choice);
      setText(status, 'The loop works with these settings now.');
    });
  });
}

/** An empty field keeps all; what is no number is left for the SDK to refuse. */
function amountOf(text: string): number | null {
  return text.trim() === '' ? null : Number(text);
}
