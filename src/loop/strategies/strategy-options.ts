import { checkOptions, type OptionRule, type OptionRules } from '../../model/check-options.ts';
import { isList } from '../../model/plain-data.ts';

/** The rule for `oneDirectionLayers`. */
export const LAYERS: OptionRule = [(value) => isList(value) && Array.from(value).every(isText), "a list of metrics, such as ['time']"];

/** The rule for `personality`. */
export const PERSONALITY: OptionRule = [isText, "a name, such as 'cautious'"];

/**
 * Checks the options of a built-in strategy.
 *
 * @throws NudgeloopError `options.invalid`, with the option's name
 */
export function checkedStrategyOptions<Options extends object>(options: Options, rules: OptionRules<Options>): Options {
  // A factory in a worker may pass `type` along: the name of the strategy.
  checkOptions(options, rules, 'type');
  return options;
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}
