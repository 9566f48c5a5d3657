import { choiceOf, STRATEGIES, type LoopChoice } from '../loop/loop-choice.ts';
import type { LoopView } from '../loop/session.ts';
import { readPreferences, remember } from '../preferences.ts';
import { find, findText, setText } from '../ui/dom.ts';
import { clearField, readField } from '../ui/invalid-field.ts';
import { attempt, clearProblem } from '../ui/problem.ts';
import { typedNumber } from '../ui/typed-number.ts';

/** The form for strategy and retention. */
export interface SettingsForm {
  show(view: LoopView): void;
}

/**
 * Makes the form.
 *
 * @param apply opens the loop again with other settings; rejects if they are refused
 */
export function createSettingsForm(apply: (choice: LoopChoice) => Promise<void>): SettingsForm {
  const strategy = find('strategy', HTMLSelectElement);
  const oneDirection = find('one-direction', HTMLInputElement);
  const limit = find('retention-limit', HTMLInputElement);
  const days = find('retention-days', HTMLInputElement);
  const problem = findText('settings-problem');
  const status = findText('settings-status');
  /**
   * The settings that the fields show. If they were changed elsewhere, they replace the fields; a new reading alone
   * must not undo typing.
   */
  let shown: string | undefined;

  find('settings-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    setText(status, '');
    void attempt(problem, async () => {
      const choice: LoopChoice = {
        strategy: STRATEGIES.find((name) => name === strategy.value) ?? 'simple',
        oneDirection: oneDirection.checked,
        retentionLimit: readField(limit, (typed) => amountOf(typed, 'Keep at most')),
        retentionDays: readField(days, (typed) => amountOf(typed, 'Keep for')),
      };
      await apply(choice);
      // Remember only what was accepted. Otherwise the next load would start with an error.
      remember(choice);
      setText(status, 'The settings are applied.');
    });
  });

  const fill = (choice: LoopChoice): void => {
    strategy.value = choice.strategy;
    oneDirection.checked = choice.oneDirection;
    limit.value = textOf(choice.retentionLimit);
    days.value = textOf(choice.retentionDays);
  };
  // The loop is opened with these. Until it is read, Apply must not mean others.
  fill(readPreferences());

  return {
    show({ inspection }) {
      const { loop, settings } = inspection.loop;
      const now = JSON.stringify([loop, settings]);
      if (now === shown) return;
      shown = now;
      fill(choiceOf(settings));
      // They were about the previous values of the fields.
      clearField(limit);
      clearField(days);
      clearProblem(problem);
    },
  };
}

/** An empty field keeps all. If a number is not a valid limit, the SDK refuses it. */
function amountOf(typed: string, label: string): number | null {
  return typed.trim() === '' ? null : typedNumber(typed, label);
}

function textOf(amount: number | null): string {
  return amount === null ? '' : String(amount);
}
