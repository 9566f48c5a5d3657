import { isNudgeloopError } from '../../../src/errors.ts';

/** How many turns of the event loop a call may take that needs no time. */
const TURNS = 500;

/**
 * What came of a call: `accepted`, the code of its typed error, or a sentence that says what went wrong. Never rejects.
 *
 * @param call what a page does
 */
export async function outcomeOf(call: () => unknown): Promise<string> {
  let outcome: string | undefined;
  const settle = async (): Promise<void> => {
    try {
      await call();
      outcome = 'accepted';
    } catch (error) {
      outcome = isNudgeloopError(error) ? error.code : `untyped: ${named(error)}`;
    }
  };
  void settle();
  for (let turn = 0; turn < TURNS && outcome === undefined; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return outcome ?? 'hangs';
}

/** What is a refusal of what was passed, and not a failure of something else. */
export const REFUSALS: readonly string[] = ['action.invalid', 'goal.invalid', 'options.invalid', 'message.invalid', 'strategy.unknown'];

function named(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : typeof error;
}
