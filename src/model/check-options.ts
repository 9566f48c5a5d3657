import { NudgeloopError } from '../errors.ts';
import { isObject } from './plain-data.ts';

/** What an option must be, and the words for that. */
export type OptionRule = readonly [isRight: (value: unknown) => boolean, wanted: string];

export type OptionRules<Options> = { readonly [Option in keyof Options]-?: OptionRule };

/** A rule for an option that is checked elsewhere, with an error of its own. */
export const ELSEWHERE: OptionRule = [() => true, ''];

/**
 * Checks options by their names and kinds. A misspelt one, such as `retention_limit` for `retentionLimit`, would otherwise
 * be ignored silently.
 *
 * @param given what the app passed
 * @param rules all options; undefined is valid for each
 * @param ignored a name that has no effect here and is not a mistake
 * @returns a copy: the app may change its object, and what a getter returns
 * @throws NudgeloopError `options.invalid`, with the option's name
 */
export function checkOptions<Options extends object>(given: Options, rules: OptionRules<Options>, ignored?: string): Options {
  if (!isObject(given)) throw invalidOption('options', 'pass a record');
  const options = { ...given };
  for (const [option, value] of Object.entries(options)) {
    if (value === undefined || option === ignored) continue;
    if (!Object.hasOwn(rules, option)) throw invalidOption(option, `it does not exist; choose from ${Object.keys(rules).join(', ')}`);
    const [isRight, wanted] = rules[option as keyof Options];
    if (!isRight(value)) throw invalidOption(option, `pass ${wanted}`);
  }
  return options;
}

/** The error that says which option is wrong, and what to pass instead. */
export function invalidOption(option: string, advice: string): NudgeloopError {
  return new NudgeloopError('options.invalid', `The option ${option} is invalid: ${advice}.`, { option });
}
