import { NudgeloopError } from '../errors.ts';

/** What an option must be, and the words for that. */
export type OptionRule = readonly [isRight: (value: unknown) => boolean, wanted: string];

export type OptionRules<Options> = { readonly [Option in keyof Options]-?: OptionRule };

/**
 * Checks the options of a class by their names and kinds. A misspelt one, such as `retention_limit` for
 * `retentionLimit`, would otherwise be ignored silently.
 *
 * @param options what the app passed
 * @param rules all options; undefined is valid for each
 * @param ignored a name that has no effect here and is not a mistake
 * @throws NudgeloopError `options.invalid`, with the option's name
 */
export function checkOptions<Options extends object>(options: Options, rules: OptionRules<Options>, ignored?: string): Options {
  if (typeof options !== 'object' || options === null) throw refused('options', 'a record');
  for (const [option, value] of Object.entries(options)) {
    if (value === undefined || option === ignored) continue;
    if (!Object.hasOwn(rules, option)) {
      throw new NudgeloopError('options.invalid', `The option ${option} is invalid: it does not exist; choose from ${Object.keys(rules).join(', ')}.`, { option });
    }
    const [isRight, wanted] = rules[option as keyof Options];
    if (!isRight(value)) throw refused(option, wanted);
  }
  return options;
}

function refused(option: string, wanted: string): NudgeloopError {
  return new NudgeloopError('options.invalid', `The option ${option} is invalid: pass ${wanted}.`, { option });
}
